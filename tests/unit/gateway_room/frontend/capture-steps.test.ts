import assert from "node:assert/strict";
import { test } from "node:test";

import { advance, BEGIN, isFull, type Fact, type State } from "../../../../gateway/frontend/src/capture/steps.ts";

const after = (...facts: Fact[]): State => facts.reduce(advance, BEGIN);

test("one side is taken, looked at and kept", () => {
  assert.deepEqual(after("opened"), { step: "camera", kept: 0 });
  assert.deepEqual(after("opened", "taken"), { step: "look", kept: 0 });
  assert.deepEqual(after("opened", "taken", "used"), { step: "more", kept: 1 });
});

test("what is taken again is not kept", () => {
  assert.deepEqual(after("opened", "taken", "again"), { step: "opening", kept: 0 });
});

test("the other side can be taken, and there are no more than two", () => {
  const both = after("opened", "taken", "used", "other-side", "opened", "taken", "used");
  assert.deepEqual(both, { step: "more", kept: 2 });
  assert.ok(isFull(both));
  assert.ok(!isFull(after("opened", "taken", "used")));
  assert.deepEqual(advance(both, "used"), both);
});

test("without a camera another program may bring the picture, and one's camera may be tried again", () => {
  assert.deepEqual(after("refused"), { step: "none", kept: 0 });
  assert.deepEqual(after("refused", "taken"), { step: "look", kept: 0 });
  assert.deepEqual(after("refused", "again"), BEGIN);
  assert.deepEqual(after("refused", "unreadable").step, "none");
});

test("the first side is kept when the camera is lost before the second", () => {
  assert.deepEqual(after("opened", "taken", "used", "other-side", "refused"), { step: "none", kept: 1 });
});
