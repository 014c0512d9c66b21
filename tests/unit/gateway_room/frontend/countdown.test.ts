import assert from "node:assert/strict";
import { test } from "node:test";

import { clockFace, isOver, remaining, serverNow } from "../../../../gateway/frontend/src/countdown/clock.ts";

test("time is counted by the server's clock, whatever this device's says", () => {
  assert.equal(serverNow(1_000_000, 5, 2_005), 1_002_000);
});

test("what is left is split into days, hours, minutes and seconds", () => {
  assert.deepEqual(remaining(93_784_000, 0), { days: 1, hours: 2, minutes: 3, seconds: 4 });
});

test("a begun second counts as a whole one, so that zero means over", () => {
  assert.equal(isOver(remaining(1_001, 1_000)), false);
  assert.equal(isOver(remaining(1_000, 1_000)), true);
  assert.equal(isOver(remaining(1_000, 5_000)), true);
});

test("the clock face has two digits where they are needed", () => {
  assert.equal(clockFace({ days: 0, hours: 0, minutes: 2, seconds: 5 }), "2:05");
  assert.equal(clockFace({ days: 0, hours: 1, minutes: 2, seconds: 5 }), "1:02:05");
});
