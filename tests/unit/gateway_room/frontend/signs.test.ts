// What the room's log says of the others: muted, speaking, not to be shown.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Signs } from "../../../../gateway/frontend/src/call/signs.ts";
import type { RoomEvent } from "../../../../gateway/frontend/src/signalling/index.ts";

const said = (type: string, by: string, data: object = {}): RoomEvent => ({ type, by, data, at: "", mine: by === "me" }) as RoomEvent;

function signs(): { signs: Signs; changes: () => number } {
  let changes = 0;
  return { signs: new Signs("me", () => (changes += 1)), changes: () => changes };
}

test("of whom nothing was said, microphone and camera are on", () => {
  assert.deepEqual(signs().signs.of("other"), { microphone: true, camera: true, speaks: false });
});

test("a microphone that is off stays so until it is on, or he connects anew", () => {
  for (const end of [said("sending", "other", { microphone: true, camera: true }), said("connected", "other", { slot: 1 })]) {
    const { signs: known } = signs();
    known.take(said("sending", "other", { microphone: false, camera: true }));
    assert.equal(known.of("other").microphone, false);
    assert.equal(known.of("third").microphone, true);
    known.take(end);
    assert.equal(known.of("other").microphone, true);
  }
});

test("one at a time speaks, or nobody", () => {
  const { signs: known } = signs();
  known.take(said("speaker", "other"));
  assert.deepEqual(["other", "third"].map((who) => known.of(who).speaks), [true, false]);
  known.take(said("speaker", ""));
  assert.deepEqual([known.of("other").speaks, known.of(undefined).speaks], [false, false]);
});

test("whose pictures cannot be shown is said to the two of them alone, to each in his own words, until either connects anew", () => {
  const state = (known: Signs): boolean[] => [known.hides("other"), known.isUnseen];
  for (const [viewer, sender, expected] of [["me", "other", [true, false]], ["other", "me", [false, true]]] as const) {
    for (const end of ["me", "other"]) {
      const { signs: known } = signs();
      known.take(said("unseen", viewer, { of: sender }));
      assert.deepEqual(state(known), expected);
      assert.ok(!known.hides("third") && !known.hides(undefined));
      known.take(said("connected", end, { slot: 1 }));
      assert.deepEqual(state(known), [false, false]);
    }
  }
  const { signs: known } = signs();
  known.take(said("unseen", "third", { of: "other" }));
  assert.deepEqual(state(known), [false, false]);
});

test("what says nothing of them changes nothing", () => {
  const { signs: known, changes } = signs();
  known.take(said("message", "other", { text: "hello" }));
  assert.equal(changes(), 0);
  known.take(said("speaker", "other"));
  assert.equal(changes(), 1);
});
