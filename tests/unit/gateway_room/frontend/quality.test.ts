import assert from "node:assert/strict";
import { test } from "node:test";

import { lossBetween, Motion, quality, sample, STANDSTILL_MS } from "../../../../gateway/frontend/src/call/quality.ts";
import type { Sample } from "../../../../gateway/frontend/src/call/quality.ts";

const base: Sample = { at: 0, framesDecoded: 0, audioPackets: 0, packetsReceived: 0, packetsLost: 0, bytesReceived: 0,
  frames: new Map(), arrived: 0, roundTrip: 0.02,
};

test("counters of all received streams are added up", () => {
  const report = new Map<string, Record<string, unknown>>([
    ["a", { type: "inbound-rtp", kind: "audio", packetsReceived: 100, packetsLost: 2, bytesReceived: 5_000 }],
    ["v", { type: "inbound-rtp", packetsReceived: 300, packetsLost: 1, bytesReceived: 90_000, framesDecoded: 25 }],
    ["o", { type: "outbound-rtp", packetsSent: 999 }],
    ["c", { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.05 }],
  ]);
  const read = sample(report, 7, new Set());
  assert.deepEqual(read, {
    at: 7, framesDecoded: 25, audioPackets: 100, packetsReceived: 400, packetsLost: 3, bytesReceived: 95_000,
    frames: new Map(), arrived: 95_400, roundTrip: 0.05,
  });
});

test("frames and sound count only where they are shown and heard", () => {
  const stream = (kind: string, track: string) => ({
    type: "inbound-rtp", kind, trackIdentifier: track, packetsReceived: 10, framesDecoded: kind === "video" ? 5 : undefined,
  });
  const report = new Map<string, Record<string, unknown>>([
    ["a", stream("audio", "heard")], ["b", stream("audio", "other slot")],
    ["c", stream("video", "shown")], ["d", stream("video", "other slot")],
  ]);
  const read = sample(report, 7, new Set(["heard", "shown"]));
  assert.deepEqual([read.framesDecoded, read.audioPackets, read.packetsReceived], [5, 10, 40]);
  assert.deepEqual([read.frames.get("shown"), read.frames.get("other slot")], [5, 5], "each picture is looked at by itself");
});

test("after a sleep a picture has to move again before it counts as moving", () => {
  const motion = new Motion();
  assert.equal(motion.moving(10, 0), true);
  motion.doubt();
  assert.equal(motion.moving(10, 500), false);
  assert.equal(motion.moving(11, 1_000), true);
});

test("a line is alive while anything comes, were it only answers to its checks", () => {
  const checked = (answers: number) => sample([["p", { type: "candidate-pair", responsesReceived: answers }]], 0, new Set()).arrived;
  assert.ok(checked(2) > checked(1));
});

test("loss is a share of what should have come", () => {
  assert.equal(lossBetween(base, { ...base, packetsReceived: 95, packetsLost: 5 }), 0.05);
  assert.equal(lossBetween(base, base), 0);
});

test("quality falls with loss and with delay", () => {
  const after = (lost: number, roundTrip = 0.02): Sample => ({
    ...base, packetsReceived: 1_000 - lost, packetsLost: lost, roundTrip,
  });
  assert.equal(quality(base, after(5)), "good");
  assert.equal(quality(base, after(50)), "fair");
  assert.equal(quality(base, after(100)), "poor");
  assert.equal(quality(base, after(0, 0.4)), "fair");
  assert.equal(quality(base, after(0, 0.7)), "poor");
});

test("without packets there is nothing to say", () => {
  assert.equal(quality(undefined, base), "unknown");
  assert.equal(quality(base, base), "unknown");
});

test("a picture moves while frames come and stands soon after they stop", () => {
  const motion = new Motion();
  assert.equal(motion.moving(0, 0), false);
  assert.equal(motion.moving(10, 1_000), true);
  assert.equal(motion.moving(10, 1_000 + STANDSTILL_MS - 1), true);
  assert.equal(motion.moving(10, 1_000 + STANDSTILL_MS), false);
  assert.equal(motion.moving(11, 9_000), true);
});

test("a counter that starts again after a reconnection is not movement by itself", () => {
  const motion = new Motion();
  motion.moving(500, 0);
  assert.equal(motion.moving(0, 10_000), false);
  assert.equal(motion.moving(5, 10_100), true);
});
