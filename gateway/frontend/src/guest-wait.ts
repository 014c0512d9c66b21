/** The page of a guest who waits to be let in: he may not follow the room yet, so the server is asked now and then. */

import { part, said } from "./call/dom.js";
import { client, Refusal } from "./call/http.js";
import { goOn } from "./page/reload.js";
import { onWaking } from "./page/waking.js";
import { retryDelay } from "./signalling/index.js";

const EVERY_MS = 3_000;

class GuestWait {
  private readonly place = part("guest-waits");
  private readonly http = client("", "");
  private readonly offline = part("offline");
  private unanswered = 0;
  private timer: number | undefined;

  constructor() {
    this.look(EVERY_MS);
    onWaking(() => this.look(0));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look(0));
  }

  private look(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), delay);
  }

  private async ask(): Promise<void> {
    try {
      const { phase } = (await this.http.get(said(this.place, "state-url"))) as { phase: string };
      this.answered(phase === "waiting");
    } catch (error) {
      if (error instanceof Refusal && error.isGone) return this.goOn();
      this.offline.hidden = false;
      this.look(retryDelay(this.unanswered++));
    }
  }

  private answered(waits: boolean): void {
    this.unanswered = 0;
    this.offline.hidden = true;
    if (waits) this.look(EVERY_MS);
    else this.goOn();
  }

  /** Into the call, or to where the server says that there is none for him. */
  private goOn(): void {
    void goOn(said(this.place, "guest-waits"));
  }
}

new GuestWait();
