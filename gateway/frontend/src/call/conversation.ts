/** Messages and documents beside the picture. */

import type { Borrow } from "../capture/camera.js";
import { Documents } from "./documents.js";
import type { Client } from "./http.js";
import { Messages } from "./messages.js";
import type { RoomEvent } from "../signalling/index.js";

export class Conversation {
  private readonly messages: Messages;
  private readonly documents: Documents;

  constructor(http: Client, borrow: Borrow) {
    this.messages = new Messages(http);
    this.documents = new Documents(http, borrow);
  }

  enable(enabled: boolean): void {
    this.messages.enable(enabled);
  }

  take(event: RoomEvent): void {
    if (event.type === "message") this.messages.add(event);
    else if (event.type === "document_added") this.documents.arrived(event);
    else if (event.type === "document_removed") this.documents.removed(event);
  }
}
