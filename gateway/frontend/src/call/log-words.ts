/** Words for a room's log that has not been heard for a while: the picture goes on, messages come late. */

import { part } from "./dom.js";

/** The stream ends and is opened again every few minutes, which is not worth a word. */
const LATE_MS = 4_000;

export class LogWords {
  private readonly words = part("log-words");
  private timer: number | undefined;

  state(open: boolean): void {
    if (!open) {
      this.timer ??= window.setTimeout(() => (this.words.hidden = false), LATE_MS);
      return;
    }
    window.clearTimeout(this.timer);
    this.timer = undefined;
    this.words.hidden = true;
  }
}
