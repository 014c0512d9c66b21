import assert from "node:assert/strict";
import { test } from "node:test";

import { FACE, PAPER, readable } from "../../../../gateway/frontend/src/call/paper.ts";

test("a picture of 720 lines can be read, upright or lying", () => {
  assert.ok(readable({ width: 1280, height: 720 }));
  assert.ok(readable({ width: 720, height: 1280 }));
  assert.ok(readable({ width: 1920, height: 1080 }));
});

test("a picture that is too small one way or the other cannot", () => {
  assert.ok(!readable({ width: 640, height: 480 }));
  assert.ok(!readable({ width: 1280, height: 719 }));
  assert.ok(!readable({ width: 960, height: 720 }));
});

test("of a camera that shows a paper more picture is asked for, and less often, than of one that shows a face", () => {
  assert.ok(readable({ width: PAPER.width.ideal, height: PAPER.height.ideal }));
  assert.ok(PAPER.height.ideal > FACE.height.ideal);
  assert.ok(PAPER.frameRate.ideal < FACE.frameRate.ideal);
});
