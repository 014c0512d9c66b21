/** How good the connection is, and whether the other side's picture moves: arithmetic on two reports of getStats. */

/** Counters at one moment: frames and sound of what is shown, the rest added up over all that is received. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly framesDecoded: number;
  /** Of each picture that is received, by the id of its track. */
  readonly frames: ReadonlyMap<string, number>;
  readonly audioPackets: number;
  /** Grows with whatever comes from the SFU, be it an answer to a check: while it does, the line is not dead. */
  readonly arrived: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  /** Seconds, undefined where no check has been answered yet. */
  readonly roundTrip: number | undefined;
}

export type Quality = "unknown" | "good" | "fair" | "poor";

/** After so many milliseconds without anything new a picture counts as standing, sound as gone. */
export const STANDSTILL_MS = 2_500;

/** Of streams, transports and candidate pairs; browsers have different ones of them. */
const ARRIVALS = ["packetsReceived", "responsesReceived", "requestsReceived", "bytesReceived"];

type Report = Iterable<readonly [string, Record<string, unknown>]>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/**
 * Read the counters that matter from an RTCStatsReport; `shown` are the ids of the tracks that the person sees and
 * hears: what comes for another slot does not make a picture that stands a moving one.
 */
export function sample(report: Report, at: number, shown: ReadonlySet<string>): Sample {
  const total = { framesDecoded: 0, audioPackets: 0, packetsReceived: 0, packetsLost: 0, bytesReceived: 0 };
  const frames = new Map<string, number>();
  let arrived = 0;
  let roundTrip: number | undefined;
  for (const [, stats] of report) {
    for (const name of ARRIVALS) arrived += number(stats[name]);
    if (stats["type"] === "inbound-rtp") {
      if (isShown(stats, shown)) {
        total.framesDecoded += number(stats["framesDecoded"]);
        total.audioPackets += stats["kind"] === "audio" ? number(stats["packetsReceived"]) : 0;
      }
      if (typeof stats["trackIdentifier"] === "string") frames.set(stats["trackIdentifier"], number(stats["framesDecoded"]));
      total.packetsReceived += number(stats["packetsReceived"]);
      total.packetsLost += number(stats["packetsLost"]);
      total.bytesReceived += number(stats["bytesReceived"]);
    } else if (stats["type"] === "candidate-pair" && stats["nominated"] === true) {
      roundTrip = typeof stats["currentRoundTripTime"] === "number" ? stats["currentRoundTripTime"] : roundTrip;
    }
  }
  return { at, ...total, frames, arrived, roundTrip };
}

/** Browsers that do not say which track a stream belongs to get the benefit of the doubt. */
function isShown(stats: Record<string, unknown>, shown: ReadonlySet<string>): boolean {
  const track = stats["trackIdentifier"];
  return typeof track !== "string" || shown.has(track);
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

/** Remembers when a counter last rose. */
export class Motion {
  private count = 0;
  private roseAt = Number.NEGATIVE_INFINITY;

  /** True while the counter keeps rising; one that falls back belongs to a new connection. */
  moving(count: number, at: number): boolean {
    if (count !== this.count) {
      if (count > this.count) this.roseAt = at;
      this.count = count;
    }
    return at - this.roseAt < STANDSTILL_MS;
  }

  /** What rose before counts no more: it has to rise again. */
  doubt(): void {
    this.roseAt = Number.NEGATIVE_INFINITY;
  }
}
