/** Time left, by the server's clock: the page is told the server's time when it is made and counts on from there. */

export interface Remaining {
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

/** `now` as the server sees it, given its time and ours at the moment the page was made (milliseconds). */
export function serverNow(serverThen: number, oursThen: number, ours: number): number {
  return serverThen + (ours - oursThen);
}

/** What is left until `until`; never negative. */
export function remaining(until: number, now: number): Remaining {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor((seconds % 86_400) / 3_600),
    minutes: Math.floor((seconds % 3_600) / 60),
    seconds: seconds % 60,
  };
}

export function isOver(left: Remaining): boolean {
  return left.days + left.hours + left.minutes + left.seconds === 0;
}

/** `2:05` or `1:02:05`; days are said in words by the page. */
export function clockFace(left: Remaining): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return left.hours > 0
    ? `${left.hours}:${two(left.minutes)}:${two(left.seconds)}`
    : `${left.minutes}:${two(left.seconds)}`;
}
