/** Searches its share of the numbers, away from the page, which stays usable meanwhile. */

import { search } from "./proof/challenge.js";
import type { Report, Share } from "./proof/challenge.js";

const TELL_EVERY_MS = 100;

self.addEventListener("message", (event: MessageEvent<Share>) => void work(event.data));

async function work(share: Share): Promise<void> {
  let untold = 0;
  let toldAt = performance.now();
  const solution = await search(share, (numbers) => {
    untold += numbers;
    if (performance.now() - toldAt < TELL_EVERY_MS) return;
    tell({ tried: untold });
    [untold, toldAt] = [0, performance.now()];
  });
  tell(solution ? { solution } : { tried: untold });
}

function tell(report: Report): void {
  self.postMessage(report);
}
