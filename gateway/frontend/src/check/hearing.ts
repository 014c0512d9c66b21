/** Whether a microphone gives anything: decided by what the meter has shown so far. */

import type { CheckFindings } from "../signalling/wire.js";

/** Speech from an arm's length is above; a quiet room is below. */
export const AUDIBLE = 0.04;

export class Hearing {
  private loudest = 0;

  hear(level: number): void {
    this.loudest = Math.max(this.loudest, level);
  }

  /** `meterWorks`: the browser lets sound be looked at. */
  verdict(meterWorks: boolean): NonNullable<CheckFindings["microphone"]> {
    if (this.loudest >= AUDIBLE) return "works";
    return meterWorks ? "silent" : "opened";
  }
}
