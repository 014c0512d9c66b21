import assert from "node:assert/strict";
import { test } from "node:test";

import { advance, begin, stage } from "../../../../gateway/frontend/src/call/model.ts";
import type { Command, Fact, Link, Model, Phase } from "../../../../gateway/frontend/src/call/model.ts";

function run(phase: Phase, ...facts: Fact[]): { model: Model; commands: readonly Command[] } {
  let model = begin(phase);
  let commands: readonly Command[] = [];
  for (const fact of facts) [model, commands] = advance(model, fact);
  return { model, commands };
}

const to = (phase: Phase): Fact => ({ kind: "phase", phase });
const link = (state: Link): Fact => ({ kind: "link", link: state });
const media = (picture: boolean, sound: boolean): Fact => ({ kind: "media", picture, sound });
const ready: Fact = { kind: "devices", devices: "ready" };
const present: Fact = { kind: "others", present: true };
const live = [ready, link("connected"), present, media(true, true)] as const;

test("who waits is not connected before the agent admits", () => {
  const { model, commands } = run("waiting", ready);
  assert.deepEqual(commands, []);
  assert.equal(stage(model), "waiting");
});

test("admission connects", () => {
  assert.deepEqual(run("waiting", ready, to("admitted")).commands, ["connect"]);
});

test("a page loaded in mid-call connects as soon as the devices are there", () => {
  assert.equal(stage(run("admitted").model), "devices");
  assert.deepEqual(run("admitted", ready).commands, ["connect"]);
});

test("without camera and microphone one can still see, hear and write", () => {
  assert.deepEqual(run("admitted", { kind: "devices", devices: "refused" }).commands, ["connect"]);
});

test("being told of the same phase again connects only once", () => {
  assert.deepEqual(run("admitted", ready, link("connecting"), to("admitted")).commands, []);
});

test("the picture is live only while frames come", () => {
  assert.equal(stage(run("admitted", ready, link("connected")).model), "alone");
  assert.equal(stage(run("admitted", ready, link("connected"), present).model), "frozen");
  assert.equal(stage(run("admitted", ...live).model), "live");
  assert.equal(stage(run("admitted", ...live, media(false, false)).model), "frozen");
});

test("sound without a picture is said in other words than nothing at all", () => {
  assert.equal(stage(run("admitted", ...live, media(false, true)).model), "no-picture");
});

test("pictures that pause for a weak line are said in words of their own, until they move again", () => {
  const paused = [...live, { kind: "sound-only", on: true }] as const;
  assert.equal(stage(run("admitted", ...paused).model), "live");
  assert.equal(stage(run("admitted", ...paused, media(false, true)).model), "sound-only");
  assert.equal(stage(run("admitted", ...paused, media(false, false)).model), "frozen");
  assert.equal(stage(run("admitted", ...paused, media(false, true), link("interrupted"), link("connected"), present, media(false, true)).model), "no-picture");
});

test("a camera that is off is no defect, and neither is a call in which nothing is sent", () => {
  const off = (microphone: boolean): Fact => ({ kind: "sending", microphone, camera: false, apart: false });
  assert.equal(stage(run("admitted", ...live, off(true)).model), "live");
  assert.equal(stage(run("admitted", ...live, off(true), media(false, true)).model), "camera-off");
  assert.equal(stage(run("admitted", ...live, off(true), media(false, false)).model), "frozen");
  assert.equal(stage(run("admitted", ...live, off(false), media(false, false)).model), "both-off");
});

test("a picture that this browser cannot show is said in words of its own", () => {
  const apart: Fact = { kind: "sending", microphone: true, camera: true, apart: true };
  assert.equal(stage(run("admitted", ...live, apart).model), "live"); // one's own is the one that is not seen
  assert.equal(stage(run("admitted", ...live, apart, media(false, true)).model), "apart");
  assert.equal(stage(run("admitted", ...live, apart, media(false, false)).model), "frozen");
});

test("who leaves takes the picture along", () => {
  assert.equal(stage(run("admitted", ...live, { kind: "others", present: false }).model), "alone");
});

test("a lost connection is said at once, even while the last frame still stands", () => {
  const { model, commands } = run("admitted", ...live, link("interrupted"));
  assert.deepEqual(commands, []);
  assert.equal(stage(model), "reconnecting");
  assert.equal(model.picture, false);
});

test("a refusal is shown as one", () => {
  assert.equal(stage(run("admitted", ready, link("refused")).model), "refused");
});

test("the end disconnects and the server's page takes over", () => {
  for (const phase of ["documents", "forgotten", "cancelled", "late"] as const) {
    assert.deepEqual(run("admitted", ...live, to(phase)).commands, ["disconnect", "reload"]);
    assert.deepEqual(run("waiting", ready, to(phase)).commands, ["reload"]);
    assert.equal(stage(run("admitted", ...live, to(phase)).model), "over");
  }
});

test("sent back to the waiting room: disconnected, but not thrown out", () => {
  const { model, commands } = run("admitted", ...live, to("waiting"));
  assert.deepEqual(commands, ["disconnect"]);
  assert.equal(stage(model), "waiting");
});

test("let in again after that, the call connects again", () => {
  assert.deepEqual(run("admitted", ...live, to("waiting"), link("closed"), to("admitted")).commands, ["connect"]);
});

test("a call that goes on elsewhere gives camera and microphone back, and shows no picture as live", () => {
  const { model, commands } = run("admitted", ...live, link("elsewhere"));
  assert.deepEqual(commands, ["release"]);
  assert.equal(stage(model), "elsewhere");
});

test("being told of the phase again takes no call from a newer page", () => {
  const { model, commands } = run("admitted", ...live, link("elsewhere"), to("admitted"), ready);
  assert.deepEqual(commands, []);
  assert.equal(stage(model), "elsewhere");
});

test("a call that went on elsewhere and is over is over here, too", () => {
  assert.deepEqual(run("admitted", ...live, link("elsewhere"), to("documents")).commands, ["disconnect", "reload"]);
});

test("a call for which there is no line waits for its turn, before it begins and after it was interrupted", () => {
  const busy = (on: boolean): Fact => ({ kind: "busy", on });
  assert.equal(stage(run("admitted", ready, link("connecting"), busy(true)).model), "busy");
  assert.equal(stage(run("admitted", ...live, link("interrupted"), busy(true)).model), "busy");
  assert.equal(stage(run("admitted", ready, link("connecting"), busy(true), busy(false)).model), "connecting");
});

test("a call that goes on while it waits for a line elsewhere is live, and no wait outlasts a connection", () => {
  const busy: Fact = { kind: "busy", on: true };
  assert.equal(stage(run("admitted", ...live, busy).model), "live");
  assert.equal(stage(run("admitted", ready, link("connecting"), busy, link("connected"), link("interrupted")).model), "reconnecting");
});
