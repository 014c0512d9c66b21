/** Above the console's pages: somebody waits for this agent, or a room has nobody. Fetched anew every few seconds. */

import { part, said } from "./call/dom.js";

const EVERY_MS = 5_000;

class Strip {
  private readonly place = part("strip");
  private readonly title = document.title;

  start(): void {
    void this.refresh();
    window.setInterval(() => void this.refresh(), EVERY_MS);
    document.addEventListener("visibilitychange", () => void this.refresh());
  }

  /** What stands there stays while the server does not answer. */
  private async refresh(): Promise<void> {
    const response = await fetch(said(this.place, "strip"), { redirect: "error" }).catch(() => undefined);
    if (response?.ok) this.show(await response.text());
  }

  private show(markup: string): void {
    const fresh = new DOMParser().parseFromString(markup, "text/html").body;
    if (fresh.innerHTML.trim() === this.place.innerHTML.trim()) return;
    this.place.replaceChildren(...fresh.childNodes);
    document.title = this.place.querySelector("[data-alarm]") ? `(!) ${this.title}` : this.title;
  }
}

new Strip().start();
