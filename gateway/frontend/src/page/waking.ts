/** When a page may have missed something: it slept, the network was away, or is another one. */

const LOOK_MS = 1_000;
/** Timers of a page that nobody looks at are late by a second or two; by more they have stood still. */
const SLEPT_MS = 5_000;

interface Network extends EventTarget {
  /** `wifi`, `cellular`, …; phones alone tell it. */
  readonly type?: string;
}

/** Call `woken` each time that it may be so; several signs of the same may come. */
export function onWaking(woken: () => void): void {
  window.addEventListener("online", woken);
  window.addEventListener("pageshow", (event) => event.persisted && woken());
  document.addEventListener("resume", woken);
  watchNetwork(woken);
  let before = Date.now();
  window.setInterval(() => {
    const now = Date.now();
    if (now - before > SLEPT_MS) woken();
    before = now;
  }, LOOK_MS);
}

/** The estimates of rate and delay change all the time, the kind of network seldom. */
function watchNetwork(changed: () => void): void {
  const { connection } = navigator as Navigator & { readonly connection?: Network };
  let before = connection?.type;
  connection?.addEventListener("change", () => {
    if (connection.type !== before) changed();
    before = connection.type;
  });
}
