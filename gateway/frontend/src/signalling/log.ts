/** The room's log, followed over Server-Sent Events; the browser resumes by itself after a break. */

import { ENTRY_TYPES, type Entries, type EntryType, type Frame } from "./wire";

/** One entry of the log as the events process gives it out; `type` tells what `data` is. */
export type RoomEvent<Of extends EntryType = EntryType> = {
  readonly [Type in Of]: Omit<Frame, "data"> & { readonly type: Type; readonly data: Entries[Type] };
}[Of];

/** Who listens. */
export interface Listener {
  take(event: RoomEvent): void;
  /** The stream is open, or was cut off and is being opened again. */
  state(open: boolean): void;
  /** The server has ended the stream: the session or the grant may be over. */
  refused(): void;
}

const AGAIN_MS = 3_000;

/** An entry as it came; undefined for what is none, which is passed over. */
export function readEntry(type: EntryType, text: unknown): RoomEvent | undefined {
  const frame = parsed(text) as Partial<Frame> | null;
  if (typeof frame?.at !== "string" || typeof frame.by !== "string" || typeof frame.data !== "object") return undefined;
  return { type, at: frame.at, mine: frame.mine === true, by: frame.by, data: frame.data ?? {} } as RoomEvent;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return null;
  }
}

/** The server says something every ten seconds: one that is silent for so long has lost its network, and never ends. */
const SILENT_MS = 25_000;
/** On waking up it is enough to have missed one sign of life. */
const MISSED_MS = 11_000;

/**
 * Follows from the entry `after` on, without end. A stream that is cut off the browser opens again by itself, with
 * the last entry's id; one that the server refuses is opened again here, a little later, and so is one that has fallen
 * silent.  Types that this page does not know are passed over.
 */
export class Follower {
  private source: EventSource | undefined;
  private heardAt = 0;
  private opening: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly url: string,
    private after: string,
    private readonly listener: Listener,
  ) {
    this.open();
  }

  /** The network may be another one, or this page slept: a stream that may be dead is opened anew. */
  hurry(): void {
    if (this.opening !== undefined || Date.now() - this.heardAt > MISSED_MS) this.anew();
  }

  private anew(): void {
    this.source?.close();
    this.listener.state(false);
    this.open();
  }

  private open(): void {
    clearTimeout(this.opening);
    this.opening = undefined;
    this.watch();
    const source = new EventSource(`${this.url}${this.url.includes("?") ? "&" : "?"}after=${encodeURIComponent(this.after)}`);
    this.source = source;
    source.addEventListener("open", () => this.opened());
    source.addEventListener("error", () => this.broken(source));
    source.addEventListener("alive", () => this.heard());
    for (const type of ENTRY_TYPES) {
      source.addEventListener(type, (message) => this.take(type, message));
    }
  }

  private opened(): void {
    this.heard();
    this.listener.state(true);
  }

  private broken(source: EventSource): void {
    this.listener.state(false);
    if (source.readyState !== EventSource.CLOSED) return;
    this.listener.refused();
    this.opening = setTimeout(() => this.open(), AGAIN_MS);
  }

  private take(type: EntryType, message: { readonly data: unknown; readonly lastEventId: string }): void {
    this.heard();
    this.after = message.lastEventId;
    const entry = readEntry(type, message.data);
    if (entry !== undefined) this.listener.take(entry);
  }

  private heard(): void {
    this.heardAt = Date.now();
    this.watch();
  }

  private watch(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.anew(), SILENT_MS);
  }
}
