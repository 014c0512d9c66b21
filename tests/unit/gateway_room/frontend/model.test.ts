import assert from "node:assert/strict";
import { test } from "node:test";

import { advance, backOff, begin, stage } from "../../../../gateway/frontend/src/call/model.ts";
import type { Command, Fact, Model, Phase } from "../../../../gateway/frontend/src/call/model.ts";

function run(phase: Phase, ...facts: Fact[]): { model: Model; commands: string[] } {
  let model = begin(phase);
  let last: readonly Command[] = [];
  for (const fact of facts) [model, last] = advance(model, fact);
  return { model, commands: last.map((command) => command.do) };
}

const ready: Fact = { kind: "devices", devices: "ready" };
const up: Fact = { kind: "up" };
const present: Fact = { kind: "others", present: true };
const moving: Fact = { kind: "picture", moving: true };
const still: Fact = { kind: "picture", moving: false };

test("who waits is not connected before the agent admits", () => {
  const { model, commands } = run("waiting", ready);
  assert.deepEqual(commands, []);
  assert.equal(stage(model), "waiting");
});

test("admission connects", () => {
  assert.deepEqual(run("waiting", ready, { kind: "phase", phase: "admitted" }).commands, ["connect"]);
});

test("a page loaded in mid-call connects as soon as the devices are there", () => {
  assert.deepEqual(run("admitted").commands, []);
  assert.deepEqual(run("admitted", ready).commands, ["connect"]);
});

test("without camera and microphone one can still see, hear and write", () => {
  assert.deepEqual(run("admitted", { kind: "devices", devices: "refused" }).commands, ["connect"]);
});

test("the picture is live only while frames come", () => {
  assert.equal(stage(run("admitted", ready, up).model), "alone");
  assert.equal(stage(run("admitted", ready, up, present).model), "frozen");
  assert.equal(stage(run("admitted", ready, up, present, moving).model), "live");
  assert.equal(stage(run("admitted", ready, up, present, moving, still).model), "frozen");
});

test("a camera that was switched off is not called a fault", () => {
  const hidden: Fact = { kind: "hidden", hidden: true };
  assert.equal(stage(run("admitted", ready, up, present, moving, hidden, still).model), "camera-off");
});

test("who leaves takes the picture along", () => {
  const gone: Fact = { kind: "others", present: false };
  assert.equal(stage(run("admitted", ready, up, present, moving, gone).model), "alone");
});

test("a lost connection is tried again, and says so", () => {
  const { model, commands } = run("admitted", ready, up, present, moving, { kind: "lost" });
  assert.deepEqual(commands, ["retry-in"]);
  assert.equal(stage(model), "reconnecting");
  const [again, retried] = advance(model, { kind: "retry" });
  assert.deepEqual(retried, [{ do: "connect" }]);
  assert.equal(stage(again), "reconnecting");
  assert.equal(advance(again, up)[0].attempt, 0);
});

test("attempts wait longer and longer, five seconds at most", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 9].map(backOff), [500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test("a refusal that no repetition helps stops the attempts", () => {
  const { model, commands } = run("admitted", ready, { kind: "failed", retryable: false });
  assert.deepEqual(commands, ["disconnect"]);
  assert.equal(stage(model), "unreachable");
});

test("a retry that is due after the end does nothing", () => {
  const ended: Fact = { kind: "phase", phase: "documents" };
  assert.deepEqual(run("admitted", ready, up, { kind: "lost" }, ended, { kind: "retry" }).commands, []);
});

test("the end disconnects and the server's page takes over", () => {
  for (const phase of ["documents", "forgotten", "cancelled", "late"] as const) {
    assert.deepEqual(run("admitted", ready, up, { kind: "phase", phase }).commands, ["disconnect", "reload"]);
  }
});

test("sent back to the waiting room: disconnected, but not thrown out", () => {
  const { model, commands } = run("admitted", ready, up, { kind: "phase", phase: "waiting" });
  assert.deepEqual(commands, ["disconnect"]);
  assert.equal(stage(model), "waiting");
});

test("a room on another node is connected to anew", () => {
  assert.deepEqual(run("admitted", ready, up, { kind: "moved-node" }).commands, ["connect"]);
  assert.deepEqual(run("waiting", ready, { kind: "moved-node" }).commands, []);
});
