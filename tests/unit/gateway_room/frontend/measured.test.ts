import assert from "node:assert/strict";
import { test } from "node:test";

import { Hearing } from "../../../../gateway/frontend/src/check/hearing.ts";
import { counters, measured } from "../../../../gateway/frontend/src/check/measured.ts";

type Stats = Record<string, unknown>;

const report = (...entries: Stats[]): [string, Stats][] => entries.map((stats, index) => [String(stats["id"] ?? index), stats]);
const pair = { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "local" };

function sending(bytes: number, packets: number, lost: number, more: Stats = {}, local: Stats = {}): [string, Stats][] {
  return report(
    { type: "outbound-rtp", bytesSent: bytes, packetsSent: packets },
    { type: "remote-inbound-rtp", packetsLost: lost, roundTripTime: 0.05 },
    { ...pair, ...more },
    { id: "local", type: "local-candidate", candidateType: "host", ...local },
  );
}

const receiving = (bytes: number, packets: number, lost: number): [string, Stats][] =>
  report({ type: "inbound-rtp", bytesReceived: bytes, packetsReceived: packets, packetsLost: lost });

test("rates, losses and delay are of what lies between two looks", () => {
  const before = counters(sending(1_000_000, 1_000, 7), receiving(800_000, 900, 5), 10_000);
  const after = counters(sending(1_625_000, 1_500, 17, { currentRoundTripTime: 0.0426 }), receiving(1_300_000, 1_290, 15), 15_000);
  assert.deepEqual(measured(before, after, 1_500_000), {
    path: "udp",
    up_kbps: 1_000,
    down_kbps: 800,
    lost_up_permille: 20,
    lost_down_permille: 25,
    round_trip_ms: 43,
  });
});

test("a device that codes slowly is told what its line would take, as far as a call could use it", () => {
  const before = counters(sending(0, 0, 0), receiving(0, 0, 0), 0);
  const after = counters(sending(125_000, 100, 0, { availableOutgoingBitrate: 9_000_000 }), receiving(125_000, 100, 0), 5_000);
  assert.equal(measured(before, after, 1_500_000).up_kbps, 1_500);
  assert.equal(measured(before, after, 1_500_000).down_kbps, 200);
});

test("without an answered check the SFU's reports tell the delay, and nothing at all is no delay and no loss", () => {
  const after = counters(sending(0, 0, 0), [], 5_000);
  assert.equal(measured(counters([], [], 0), after, 1).round_trip_ms, 50);
  const nothing = measured(counters([], [], 0), counters([], [], 5_000), 1);
  assert.deepEqual([nothing.round_trip_ms, nothing.lost_up_permille, nothing.lost_down_permille], [0, 0, 0]);
});

test("a counter that falls back, or loss that is made up for later, is no negative figure", () => {
  const before = counters(sending(500, 50, 9), receiving(500, 50, 9), 0);
  const after = counters(sending(100, 60, 2), receiving(100, 60, 2), 5_000);
  const found = measured(before, after, 0);
  assert.deepEqual([found.up_kbps, found.down_kbps, found.lost_up_permille, found.lost_down_permille], [0, 0, 0, 0]);
});

for (const [protocol, path] of [["udp", "relay_udp"], ["tcp", "relay_tcp"], ["tls", "relay_tls"], [undefined, "relay_udp"]]) {
  test(`by a relay over ${protocol ?? "who knows what"} it is ${path}`, () => {
    const local = { candidateType: "relay", relayProtocol: protocol };
    assert.equal(counters(sending(0, 0, 0, {}, local), [], 0).path, path);
  });
}

test("of several pairs the one that is used counts", () => {
  const tried = { type: "candidate-pair", nominated: false, state: "failed", currentRoundTripTime: 9 };
  assert.equal(counters([["tried", tried], ...sending(0, 0, 0)], [], 0).roundTrip, 0.05);
});

test("the pair that the browser names as selected counts, whatever was nominated before it", () => {
  const used = { type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "relay", currentRoundTripTime: 0.2 };
  const relay = { type: "local-candidate", candidateType: "relay", relayProtocol: "tcp" };
  const named: [string, Stats][] = [["used", used], ["relay", relay], ["t", { type: "transport", selectedCandidatePairId: "used" }]];
  const { roundTrip, path } = counters([...sending(0, 0, 0), ...named], [], 0);
  assert.deepEqual([roundTrip, path], [0.2, "relay_tcp"]);
});

test("a microphone works once it was heard, is silent when it was not, and undecided where nothing can be looked at", () => {
  const hearing = new Hearing();
  hearing.hear(0.01);
  assert.equal(hearing.verdict(true), "silent");
  assert.equal(hearing.verdict(false), "opened");
  hearing.hear(0.2);
  hearing.hear(0);
  assert.equal(hearing.verdict(false), "works");
});
