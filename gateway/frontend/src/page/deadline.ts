// A deadline in the page: `<span data-seconds-left="540" data-over="words">14:20</span>` counts down.
// The server says how many seconds are left, so a wrong clock on the device does no harm.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Minutes and seconds: `9:05`. */
export function minutesAndSeconds(left: number): string {
  const whole = Math.max(0, Math.ceil(left / SECOND));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Let every deadline on the page count down; screen readers hear only the last minute and the end. */
export function startDeadlines(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-seconds-left]")) {
    const endsAt = performance.now() + Number(place.dataset["secondsLeft"]) * SECOND;
    let warned = false;
    const tick = (): void => {
      const left = endsAt - performance.now();
      place.textContent = minutesAndSeconds(left);
      if (left <= MINUTE && !warned) {
        warned = true;
        announce(place.dataset["soon"] ?? "");
      }
      if (left <= 0) {
        window.clearInterval(timer);
        place.closest("[data-deadline]")?.classList.add("app-deadline--over");
        announce(place.dataset["over"] ?? "");
      }
    };
    const timer = window.setInterval(tick, SECOND);
    tick();
  }
}

function announce(words: string): void {
  const live = document.querySelector<HTMLElement>("[data-deadline-live]");
  if (live) live.textContent = words;
}
