/** Who has joined, of a company or as a guest: parts of the agent's page, fetched anew when somebody comes or goes. */

import { optional, renew } from "./dom.js";
import type { RoomEvent } from "../signalling/index.js";

const CHANGES = new Set(["joined", "left", "let_in"]);

/** What the agent's page says of a participant; empty where it says nothing. */
export function nameOf(participantId: string): string {
  return document.querySelector(`[data-participant="${CSS.escape(participantId)}"]`)?.textContent ?? "";
}

export class People {
  private readonly place: HTMLElement | null;

  constructor(
    private readonly name: "people" | "guests",
    private readonly changed: () => void,
  ) {
    this.place = optional(name);
  }

  take(event: RoomEvent): void {
    const url = this.place?.dataset[this.name];
    if (url !== undefined && CHANGES.has(event.type)) void this.fetch(url);
  }

  /** The server's own markup; what stands there stays while it does not answer. */
  private async fetch(url: string): Promise<void> {
    const response = await fetch(url, { redirect: "error" }).catch(() => undefined);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    if (this.place) renew(this.place, fresh);
    this.changed();
  }
}
