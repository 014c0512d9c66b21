/** Who has joined, of a company or as a guest: parts of the agent's page, fetched anew when somebody comes or goes. */

import { optional, renew } from "./dom.js";
import type { RoomEvent } from "../signalling/index.js";

const CHANGES = new Set(["joined", "left", "let_in"]);

/** What the agent's page says of a participant; empty where it says nothing. */
export function nameOf(participantId: string): string {
  return document.querySelector(`[data-participant="${CSS.escape(participantId)}"]`)?.textContent ?? "";
}

export class People {
  constructor(
    private readonly name: "people" | "guests",
    private readonly changed: () => void,
  ) {}

  take(event: RoomEvent): void {
    const url = this.place()?.dataset[this.name];
    if (url !== undefined && CHANGES.has(event.type)) void this.fetch(url);
  }

  /** The server's own markup; what stands there stays while it does not answer. */
  private async fetch(url: string): Promise<void> {
    const response = await fetch(url, { redirect: "error" }).catch(() => undefined);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    const place = this.place();
    if (place) renew(place, fresh);
    this.changed();
  }

  /** Where it stands now: a form that was sent in place has renewed what is around it. */
  private place(): HTMLElement | null {
    return optional(this.name);
  }
}
