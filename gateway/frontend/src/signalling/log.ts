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

/**
 * Follow from the entry `after` on, without end. A stream that is cut off the browser opens again by itself, with
 * the last entry's id; one that the server refuses is opened again here, a little later.  Types that this page does
 * not know are passed over.
 */
export function follow(url: string, after: string, listener: Listener): void {
  let last = after;
  const open = (): void => {
    const source = new EventSource(`${url}${url.includes("?") ? "&" : "?"}after=${encodeURIComponent(last)}`);
    source.addEventListener("open", () => listener.state(true));
    source.addEventListener("error", () => {
      listener.state(false);
      if (source.readyState !== EventSource.CLOSED) return;
      listener.refused();
      setTimeout(open, AGAIN_MS);
    });
    for (const type of ENTRY_TYPES) {
      source.addEventListener(type, (message) => {
        last = message.lastEventId;
        const entry = readEntry(type, message.data);
        if (entry !== undefined) listener.take(entry);
      });
    }
  };
  open();
}
