/** Who of the others shows a paper, as the room's log tells it: he is put into the large picture, and words say so. */

import { part } from "./dom.js";
import type { RoomEvent } from "../signalling/index.js";

export class Papers {
  private readonly words = part("other-detail");
  private readonly showing = new Set<string>();

  constructor(private readonly enlarge: (participantId: string) => void) {}

  take(event: RoomEvent): void {
    if (event.mine) return;
    if (event.type === "detail") this.said(event.by, event.data.on);
    else if (event.type === "connected" || event.type === "disconnected") this.said(event.by, false);
  }

  private said(participantId: string, on: boolean): void {
    if (on && !this.showing.has(participantId)) this.enlarge(participantId);
    if (on) this.showing.add(participantId);
    else this.showing.delete(participantId);
    this.words.hidden = this.showing.size === 0;
    part("stage-area").toggleAttribute("data-paper", this.showing.size > 0);
  }
}
