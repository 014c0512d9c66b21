/** The countdown before the waiting room opens: counts by the server's time and then opens the next page. */

import { clockFace, isOver, remaining, serverNow } from "./countdown/clock.js";

for (const place of document.querySelectorAll<HTMLElement>("[data-countdown-until]")) start(place);

function start(place: HTMLElement): void {
  const until = Date.parse(place.dataset["countdownUntil"] ?? "");
  const serverThen = Date.parse(place.dataset["countdownNow"] ?? "");
  const oursThen = performance.now();
  const face = place.querySelector<HTMLElement>("[data-countdown-face]") ?? place;
  const timer = window.setInterval(tick, 1_000);

  function tick(): void {
    const left = remaining(until, serverNow(serverThen, oursThen, performance.now()));
    if (isOver(left)) {
      window.clearInterval(timer);
      if (place.hasAttribute("data-countdown-reload")) window.location.reload();
    }
    face.textContent = (left.days > 0 ? `${inDays(left.days)}, ` : "") + clockFace(left);
  }

  tick();
}

function inDays(days: number): string {
  const options = { style: "unit", unit: "day", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(document.documentElement.lang, options).format(days);
}
