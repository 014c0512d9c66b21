/** How long to wait before the next attempt at something that failed. */

const FIRST_MS = 250;
const LAST_MS = 5_000;

/** Milliseconds before retry number `attempt` (from 0), spread so that a room does not come back all at once. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(LAST_MS, FIRST_MS * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random();
}
