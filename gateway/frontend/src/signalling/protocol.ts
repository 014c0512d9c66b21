/** What page and server say to each other besides pictures, sound and the log: the handshake, and bodies in our words. */

import type { Answer } from "./connection";
import { CAPABILITIES, VERSIONS, type Agreed, type Answer as WireAnswer, type Capability, type Hello, type Relays, type Wait } from "./wire";

/** What an older server has that knows no handshake. */
const BEFORE: Agreed = { version: 1, capabilities: ["relay", "screen", "sound_only", "detail"] };

/** Asks the server; rejects with its refusal, whose `code` is a stable word. */
export type Greet = (hello: Hello) => Promise<unknown>;

/** What both sides can; said anew whenever the server may have become another one. */
export class Handshake {
  private agreed: Agreed = BEFORE;

  /** `outdated`: there is no version in common any more, the page has to be loaded anew. */
  constructor(
    private readonly greet: Greet,
    private readonly outdated: () => void,
  ) {}

  get version(): number {
    return this.agreed.version;
  }

  can(capability: Capability): boolean {
    return this.agreed.capabilities.includes(capability);
  }

  /** A server that does not answer now, or is of before, changes nothing: a call that is on goes on. */
  async shake(): Promise<void> {
    try {
      this.agreed = readAgreed(await this.greet({ versions: VERSIONS, capabilities: CAPABILITIES })) ?? BEFORE;
    } catch (error) {
      if ((error as { code?: unknown } | undefined)?.code === "ProtocolMismatch") this.outdated();
    }
  }
}

function readAgreed(document: unknown): Agreed | undefined {
  const { version, capabilities } = (document ?? {}) as Partial<Agreed>;
  return typeof version === "number" && Array.isArray(capabilities) ? { version, capabilities } : undefined;
}

/** Session description and slots of an answer. */
export function readAnswer(document: unknown): Answer {
  const { sdp, slot, slots, epoch } = document as WireAnswer;
  return { sdp, slot, epoch, slots: slots.map((held) => ({ slot: held.slot, participantId: held.participant })) };
}

/** How long to wait for a line, where the server says so instead of answering. */
export function readWait(document: unknown): Wait | undefined {
  const wait = (document ?? {}) as Partial<Wait>;
  return typeof wait.ahead === "number" && typeof wait.again_ms === "number" ? (wait as Wait) : undefined;
}

/** TURN servers as a peer connection takes them. */
export function readRelays(document: unknown): RTCIceServer[] {
  return (document as Relays).ice_servers.map((server) => ({ ...server, urls: [...server.urls] }));
}
