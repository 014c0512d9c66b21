/** The console's list of today, fetched anew every few seconds while the page is looked at. */

import { part, said } from "./call/dom.js";

const EVERY_MS = 3_000;

class LiveList {
  private readonly place = part("console-list");
  private readonly words = part("console-state");
  private readonly title = document.title;

  start(): void {
    window.setInterval(() => void this.refresh(), EVERY_MS);
    document.addEventListener("visibilitychange", () => void this.refresh());
  }

  private async refresh(): Promise<void> {
    try {
      const response = await fetch(said(this.place, "console-list"), { redirect: "error" });
      if (!response.ok) throw new Error(String(response.status));
      this.show(await response.text());
      this.say("");
    } catch {
      this.say(said(this.words, "console-state"));
    }
  }

  /** The server's own markup of the list; the focus stays where it was. */
  private show(markup: string): void {
    const fresh = new DOMParser().parseFromString(markup, "text/html").body;
    if (fresh.innerHTML.trim() === this.place.innerHTML.trim()) return;
    const focused = document.activeElement?.getAttribute("href");
    this.place.replaceChildren(...fresh.childNodes);
    if (focused) this.place.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
    this.announce();
  }

  private announce(): void {
    const waiting = this.place.querySelectorAll("[data-waiting]").length;
    const alarm = this.place.querySelector("[data-alarm]") ? "(!) " : "";
    document.title = waiting > 0 ? `${alarm}(${waiting}) ${this.title}` : `${alarm}${this.title}`;
  }

  private say(sentence: string): void {
    if (this.words.textContent !== sentence) this.words.textContent = sentence;
  }
}

new LiveList().start();
