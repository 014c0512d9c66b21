/** Who of a company has joined: a part of the agent's page, fetched anew when somebody comes or goes. */

import { optional } from "./dom.js";
import type { RoomEvent } from "./room-events.js";

/** What the agent's page says of a participant; empty where it says nothing. */
export function nameOf(participantId: string): string {
  return document.querySelector(`[data-participant="${CSS.escape(participantId)}"]`)?.textContent ?? "";
}

export class People {
  private readonly place = optional("people");

  constructor(private readonly changed: () => void) {}

  take(event: RoomEvent): void {
    const url = this.place?.dataset["people"];
    if (url !== undefined && (event.type === "joined" || event.type === "left")) void this.fetch(url);
  }

  /** The server's own markup; what stands there stays while it does not answer. */
  private async fetch(url: string): Promise<void> {
    const response = await fetch(url, { redirect: "error" }).catch(() => undefined);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    this.place?.replaceChildren(...fresh.childNodes);
    this.changed();
  }
}
