/** How good the connection is, and whether the other side's picture moves: arithmetic on two reports of getStats. */

/** Counters at one moment, added up over the streams that are received. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly framesDecoded: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  /** Seconds, undefined where no check has been answered yet. */
  readonly roundTrip: number | undefined;
}

export type Quality = "unknown" | "good" | "fair" | "poor";

/** After so many milliseconds without a new frame a picture counts as standing. */
export const STANDSTILL_MS = 2_500;

type Report = Iterable<readonly [string, Record<string, unknown>]>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Read the counters that matter from an RTCStatsReport. */
export function sample(report: Report, at: number): Sample {
  const total = { framesDecoded: 0, packetsReceived: 0, packetsLost: 0, bytesReceived: 0 };
  let roundTrip: number | undefined;
  for (const [, stats] of report) {
    if (stats["type"] === "inbound-rtp") {
      total.framesDecoded += number(stats["framesDecoded"]);
      total.packetsReceived += number(stats["packetsReceived"]);
      total.packetsLost += number(stats["packetsLost"]);
      total.bytesReceived += number(stats["bytesReceived"]);
    } else if (stats["type"] === "candidate-pair" && stats["nominated"] === true) {
      roundTrip = typeof stats["currentRoundTripTime"] === "number" ? stats["currentRoundTripTime"] : roundTrip;
    }
  }
  return { at, ...total, roundTrip };
}

/** Share of packets lost between two samples, 0 to 1. */
export function lossBetween(before: Sample, after: Sample): number {
  const lost = Math.max(0, after.packetsLost - before.packetsLost);
  const received = Math.max(0, after.packetsReceived - before.packetsReceived);
  return lost + received === 0 ? 0 : lost / (lost + received);
}

/** Bounds after ITU-T G.114 for delay and the loss at which VP8 and opus begin to be seen and heard to suffer. */
export function quality(before: Sample | undefined, after: Sample): Quality {
  if (before === undefined || after.packetsReceived === before.packetsReceived) return "unknown";
  const loss = lossBetween(before, after);
  const delay = after.roundTrip ?? 0;
  if (loss > 0.08 || delay > 0.6) return "poor";
  if (loss > 0.02 || delay > 0.3) return "fair";
  return "good";
}

/** Remembers when the last new frame came. */
export class Motion {
  private frames = 0;
  private changedAt = Number.NEGATIVE_INFINITY;

  /** True while new frames keep coming; counters that fall back belong to a new connection. */
  moving(frames: number, at: number): boolean {
    if (frames !== this.frames) {
      if (frames > this.frames) this.changedAt = at;
      this.frames = frames;
    }
    return at - this.changedAt < STANDSTILL_MS;
  }
}
