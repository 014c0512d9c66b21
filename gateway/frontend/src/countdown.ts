/** Countdowns by the server's time; at the end the page is loaded anew, or the next countdown is shown. */

import { clockFace, isOver, remaining, serverNow } from "./countdown/clock.js";
import { reload } from "./page/reload.js";

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
      if (place.hasAttribute("data-countdown-reload")) void reload();
      if (place.hasAttribute("data-countdown-next")) next(place);
    }
    face.textContent = (left.days > 0 ? `${inDays(left.days)}, ` : "") + clockFace(left);
  }

  tick();
}

/** The last of a row stays and shows zero. */
function next(place: HTMLElement): void {
  const following = place.nextElementSibling;
  if (!(following instanceof HTMLElement) || !following.hasAttribute("data-countdown-until")) return;
  following.hidden = place.hidden;
  place.hidden = true;
}

function inDays(days: number): string {
  const options = { style: "unit", unit: "day", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(document.documentElement.lang, options).format(days);
}
