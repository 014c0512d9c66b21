/** What somebody in the waiting room may expect: the server's words, fetched anew while he waits. */

import { optional } from "./dom.js";
import type { RoomEvent } from "../signalling/index.js";

const CHANGES = new Set(["joined", "left", "sent_back", "handed_over", "agent_missing"]);
const EVERY_MS = 15_000;

export class Wait {
  private readonly place = optional("wait");

  constructor(private readonly waits: () => boolean) {
    if (this.place) window.setInterval(() => void this.fetch(), EVERY_MS);
  }

  take(event: RoomEvent): void {
    if (CHANGES.has(event.type)) void this.fetch(event.type === "sent_back");
  }

  /** `now`: he has just begun to wait again, which the page learns a moment later. */
  private async fetch(now = false): Promise<void> {
    const url = this.place?.dataset["wait"];
    if (url === undefined || !(now || this.waits())) return;
    const response = await fetch(url, { redirect: "error" }).catch(() => undefined);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    if (fresh.textContent?.trim() === this.place?.textContent?.trim()) return;
    this.place?.replaceChildren(...fresh.childNodes);
  }
}
