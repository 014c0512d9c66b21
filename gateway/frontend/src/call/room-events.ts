/** The room's log, followed over Server-Sent Events; the browser resumes by itself after a break. */

/** One entry of the log as the events process gives it out. */
export interface RoomEvent {
  readonly type: string;
  readonly at: string;
  /** True where this participant caused it. */
  readonly mine: boolean;
  readonly by: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Who listens. */
export interface Listener {
  take(event: RoomEvent): void;
  /** The stream is open, or was cut off and is being opened again. */
  state(open: boolean): void;
  /** The server has ended the stream: the session or the grant may be over. */
  refused(): void;
}

/** Types of the log that pages care about (`LOG_TYPES` of the media contract). */
export const TYPES = [
  "joined", "left", "admitted", "message", "document_added", "document_removed", "ended", "reopened",
  "moved", "cancelled", "reconnect", "connected", "disconnected", "screen", "sound_only", "detail",
  "sent_back", "let_in", "handed_over", "agent_missing", "outcome",
  "forgotten",
] as const;

const AGAIN_MS = 3_000;

/**
 * Follow from the entry `after` on, without end. A stream that is cut off the browser opens again by itself, with
 * the last entry's id; one that the server refuses is opened again here, a little later.
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
      window.setTimeout(open, AGAIN_MS);
    });
    for (const type of TYPES) {
      source.addEventListener(type, (message) => {
        last = message.lastEventId;
        listener.take({ ...(JSON.parse(message.data as string) as Omit<RoomEvent, "type">), type });
      });
    }
  };
  open();
}
