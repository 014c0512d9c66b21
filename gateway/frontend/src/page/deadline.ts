// The time that is held: `<section data-deadline data-seconds-left="540">` counts down, warns and ends.
// The server says how many seconds are left, so a wrong clock on the device does no harm; a page that
// slept, or was left and came back to, goes by the clock and not by the ticks that it missed.

const SECOND = 1000;
const SOON = 120 * SECOND;
/** When screen readers are told, in seconds left: now and then, not each second. */
const TOLD_AT = [300, 120, 0];

/** Minutes and seconds: `9:05`. */
export function minutesAndSeconds(left: number): string {
  const whole = Math.max(0, Math.ceil(left / SECOND));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The least of the moments to be told that lies behind now and not before: what is to be said, if anything. */
export function dueBetween(before: number, left: number): number | undefined {
  return TOLD_AT.filter((seconds) => left <= seconds * SECOND && seconds * SECOND < before).at(-1);
}

class Deadline {
  private readonly root: HTMLElement;
  private readonly endsAt: number;
  private left: number;
  private readonly timer: number;

  constructor(root: HTMLElement) {
    this.root = root;
    this.left = Number(root.dataset["secondsLeft"]) * SECOND;
    this.endsAt = Date.now() + this.left;
    this.timer = window.setInterval(() => this.tick(), SECOND);
    window.addEventListener("pageshow", () => this.tick());
    document.addEventListener("visibilitychange", () => this.tick());
    this.tick();
  }

  private tick(): void {
    const before = this.left;
    this.left = this.endsAt - Date.now();
    this.show();
    const due = dueBetween(before, this.left);
    if (due !== undefined) this.say(due);
    if (this.left <= 0 && before > 0) this.end();
  }

  private show(): void {
    const clock = this.root.querySelector<HTMLElement>("[data-deadline-clock]");
    if (clock) clock.textContent = minutesAndSeconds(this.left);
    this.root.classList.toggle("app-deadline--soon", this.left <= SOON && this.left > 0);
  }

  private say(seconds: number): void {
    const live = this.root.querySelector<HTMLElement>("[data-deadline-live]");
    if (live) live.textContent = live.getAttribute(`data-at-${seconds}`) ?? "";
  }

  private end(): void {
    window.clearInterval(this.timer);
    this.root.classList.add("app-deadline--over");
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-deadline-running]")) part.hidden = true;
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-deadline-over]")) part.hidden = false;
    this.keep();
  }

  /** Nobody may be there to press anything: keep what stands in the form before the session ends, too. */
  private keep(): void {
    const form = document.querySelector<HTMLFormElement>("form#step-form");
    const { keep, step } = this.root.dataset;
    if (!form || !keep || !step) return;
    const typed = new FormData(form);
    typed.set("step", step);
    void fetch(keep, { method: "POST", body: typed, redirect: "manual" }).catch(() => undefined);
  }
}

/** Let the deadline of the page, if it has one, count down. */
export function startDeadlines(): void {
  for (const root of document.querySelectorAll<HTMLElement>("[data-deadline]")) new Deadline(root);
}
