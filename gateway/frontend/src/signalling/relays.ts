/** TURN servers for a connection whose network lets nothing through to the SFU itself. */

/** Asks our server for those that may be used in this call. */
export type Relays = (signal: AbortSignal) => Promise<RTCIceServer[]>;

/** Most calls need none: nobody waits longer than this to learn of them. */
const LIMIT_MS = 2_000;

/** The relays, or none where nobody told of them in time; whoever may not connect is told so by the answer. */
export async function inTime(relays: Relays, signal: AbortSignal): Promise<RTCIceServer[]> {
  const asking = new AbortController();
  const stop = (): void => asking.abort();
  signal.addEventListener("abort", stop);
  const timer = setTimeout(stop, LIMIT_MS);
  try {
    return await Promise.race([relays(asking.signal), given(asking.signal)]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/** None, as soon as they are not waited for any more. */
function given(signal: AbortSignal): Promise<RTCIceServer[]> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve([]), { once: true }));
}
