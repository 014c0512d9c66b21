import assert from "node:assert/strict";
import { test } from "node:test";

import { isWhole, LARGEST, moved, WHOLE, zoomed } from "../../../../gateway/frontend/src/call/lens.ts";
import type { Lens, Spot } from "../../../../gateway/frontend/src/call/lens.ts";

/** Which spot of the picture lies under a spot of its place. */
const under = (lens: Lens, at: Spot): Spot => ({ x: (at.x - lens.x) / lens.scale, y: (at.y - lens.y) / lens.scale });

test("what lies under the finger stays there while the picture grows", () => {
  const at = { x: 0.3, y: -0.2 };
  const once = zoomed(WHOLE, 2, at);
  const twice = zoomed(once, 1.5, at);
  for (const lens of [once, twice]) {
    assert.ok(Math.abs(under(lens, at).x - at.x) < 1e-9);
    assert.ok(Math.abs(under(lens, at).y - at.y) < 1e-9);
  }
});

test("nothing is smaller than the whole picture, and nothing larger than the largest", () => {
  assert.deepEqual(zoomed(WHOLE, 0.5), WHOLE);
  assert.equal(zoomed(WHOLE, 100).scale, LARGEST);
});

test("a picture that is reduced to its whole stands where it stood", () => {
  const away = moved(zoomed(WHOLE, 4), 1, 1);
  assert.deepEqual(zoomed(away, 1 / 4), WHOLE);
  assert.ok(isWhole(zoomed(away, 0.01)));
});

test("a picture is moved up to its edges and no further", () => {
  const enlarged = zoomed(WHOLE, 2);
  assert.deepEqual(moved(enlarged, 0.2, -0.1), { scale: 2, x: 0.2, y: -0.1 });
  assert.deepEqual(moved(enlarged, 9, -9), { scale: 2, x: 0.5, y: -0.5 });
});

test("a whole picture is not moved", () => {
  assert.deepEqual(moved(WHOLE, 0.4, 0.4), WHOLE);
});
