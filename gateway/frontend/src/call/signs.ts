/** What the room's log says of each of the others: what comes of him, whether he speaks, whom browsers cannot show. */

import type { RoomEvent, Sending } from "../signalling/index.js";

export interface Sign extends Sending {
  readonly speaks: boolean;
}

const BOTH: Sending = { microphone: true, camera: true };

export class Signs {
  private readonly sending = new Map<string, Sending>();
  /** Those whose pictures this browser cannot show. */
  private readonly unseen = new Set<string>();
  /** Those whose browsers cannot show this one's. */
  private readonly blind = new Set<string>();
  private speaker = "";
  private readonly me: string;
  private readonly changed: () => void;

  constructor(me: string, changed: () => void) {
    this.me = me;
    this.changed = changed;
  }

  take(event: RoomEvent): void {
    if (event.type === "sending") this.sending.set(event.by, event.data);
    else if (event.type === "speaker") this.speaker = event.by;
    else if (event.type === "unseen") this.part(event.by, event.data.of);
    else if (event.type === "connected" || event.type === "disconnected") this.forget(event.by);
    else return;
    this.changed();
  }

  /** Of one of whom nothing was said both microphone and camera are taken as on. */
  of(participantId: string | undefined): Sign {
    const sending = (participantId !== undefined && this.sending.get(participantId)) || BOTH;
    return { ...sending, speaks: participantId !== undefined && participantId === this.speaker };
  }

  /** Whether this browser cannot show that one's pictures. */
  hides(participantId: string | undefined): boolean {
    return participantId !== undefined && this.unseen.has(participantId);
  }

  /** Whether somebody's browser cannot show one's own. */
  get isUnseen(): boolean {
    return this.blind.size > 0;
  }

  private part(viewer: string, sender: string): void {
    if (viewer === this.me) this.unseen.add(sender);
    else if (sender === this.me) this.blind.add(viewer);
  }

  /** With another connection nothing is known of him. */
  private forget(participantId: string): void {
    this.sending.delete(participantId);
    for (const known of [this.unseen, this.blind]) {
      if (participantId === this.me) known.clear();
      else known.delete(participantId);
    }
  }
}
