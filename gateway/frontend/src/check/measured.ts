/** What a device check's two connections tell of the network: arithmetic on reports of getStats. */

import type { CheckFindings } from "../signalling/wire.js";

type Stats = Record<string, unknown>;
export type Report = Iterable<readonly [string, Stats]>;

/** Counters of both connections at one moment. */
export interface Counters {
  /** Milliseconds. */
  readonly at: number;
  readonly bytesSent: number;
  readonly packetsSent: number;
  /** Of those, as the SFU tells. */
  readonly sentLost: number;
  readonly bytesReceived: number;
  readonly packetsReceived: number;
  readonly receivedLost: number;
  /** Seconds; undefined where no check has been answered yet. */
  readonly roundTrip: number | undefined;
  /** Bits a second that the browser believes it could send. */
  readonly couldSend: number;
  readonly path: Measured["path"];
}

export type Measured = Required<
  Pick<CheckFindings, "path" | "up_kbps" | "down_kbps" | "lost_up_permille" | "lost_down_permille" | "round_trip_ms">
>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Read both reports. */
export function counters(sending: Report, receiving: Report, at: number): Counters {
  const sent = new Map(sending);
  const pair = selected(sent);
  const roundTrip = pair?.["currentRoundTripTime"] ?? most(sent, "remote-inbound-rtp", "roundTripTime");
  const received = new Map(receiving);
  return {
    at,
    bytesSent: sum(sent, "outbound-rtp", "bytesSent"),
    packetsSent: sum(sent, "outbound-rtp", "packetsSent"),
    sentLost: sum(sent, "remote-inbound-rtp", "packetsLost"),
    bytesReceived: sum(received, "inbound-rtp", "bytesReceived"),
    packetsReceived: sum(received, "inbound-rtp", "packetsReceived"),
    receivedLost: sum(received, "inbound-rtp", "packetsLost"),
    roundTrip: typeof roundTrip === "number" ? roundTrip : undefined,
    couldSend: number(pair?.["availableOutgoingBitrate"]),
    path: pathOf(sent.get(String(pair?.["localCandidateId"]))),
  };
}

/**
 * What got through between two moments. A device that codes too slowly to fill the line may still know how much it
 * would take: then that counts, as far as a call could use it.
 */
export function measured(from: Counters, to: Counters, useful: number): Measured {
  const seconds = Math.max(1, to.at - from.at) / 1_000;
  const kbps = (bytes: number): number => Math.round((Math.max(0, bytes) * 8) / seconds / 1_000);
  const could = Math.round(Math.min(to.couldSend, useful) / 1_000);
  return {
    path: to.path,
    up_kbps: Math.max(kbps(to.bytesSent - from.bytesSent), could),
    down_kbps: kbps(to.bytesReceived - from.bytesReceived),
    lost_up_permille: share(to.sentLost - from.sentLost, to.packetsSent - from.packetsSent),
    lost_down_permille: lost(to.receivedLost - from.receivedLost, to.packetsReceived - from.packetsReceived),
    round_trip_ms: Math.round((to.roundTrip ?? 0) * 1_000),
  };
}

function lost(lostPackets: number, arrived: number): number {
  return share(lostPackets, Math.max(0, lostPackets) + arrived);
}

function share(lostPackets: number, all: number): number {
  return all <= 0 ? 0 : Math.min(1_000, Math.round((Math.max(0, lostPackets) / all) * 1_000));
}

/** The pair of candidates that is in use; a browser that does not name it has nominated it. */
function selected(report: Map<string, Stats>): Stats | undefined {
  const named = [...report.values()].find((stats) => stats["type"] === "transport")?.["selectedCandidatePairId"];
  if (typeof named === "string") return report.get(named);
  const pairs = [...report.values()].filter((stats) => stats["type"] === "candidate-pair");
  return pairs.find((pair) => pair["nominated"] === true && pair["state"] === "succeeded");
}

/** Without a relay it is UDP: the SFU offers nothing else. */
function pathOf(local: Stats | undefined): Measured["path"] {
  if (local?.["candidateType"] !== "relay") return "udp";
  const how = local["relayProtocol"];
  return how === "tcp" || how === "tls" ? `relay_${how}` : "relay_udp";
}

function sum(report: Map<string, Stats>, type: string, field: string): number {
  return values(report, type, field).reduce<number>((total, value) => total + number(value), 0);
}

function most(report: Map<string, Stats>, type: string, field: string): number | undefined {
  const known = values(report, type, field).filter((value): value is number => typeof value === "number");
  return known.length > 0 ? Math.max(...known) : undefined;
}

function values(report: Map<string, Stats>, type: string, field: string): unknown[] {
  return [...report.values()].filter((stats) => stats["type"] === type).map((stats) => stats[field]);
}
