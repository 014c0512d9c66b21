import assert from "node:assert/strict";
import { test } from "node:test";

import { dueBetween, minutesAndSeconds } from "../../../../gateway/frontend/src/page/deadline.ts";

const MINUTE = 60_000;

test("what is left is shown in minutes and seconds, a begun second as a whole one", () => {
  assert.equal(minutesAndSeconds(10 * MINUTE), "10:00");
  assert.equal(minutesAndSeconds(61_500), "1:02");
  assert.equal(minutesAndSeconds(1), "0:01");
  assert.equal(minutesAndSeconds(-5), "0:00");
});

test("screen readers are told at five minutes, at two, and at the end, each once", () => {
  const told: number[] = [];
  for (let left = 10 * MINUTE; left >= -3_000; left -= 1_000) {
    const due = dueBetween(left + 1_000, left);
    if (due !== undefined) told.push(due);
  }
  assert.deepEqual(told, [300, 120, 0]);
});

test("a page that slept says only what counts now", () => {
  assert.equal(dueBetween(9 * MINUTE, MINUTE), 120);
  assert.equal(dueBetween(9 * MINUTE, -MINUTE), 0);
});

test("a page opened with little time left says nothing by itself", () => {
  assert.equal(dueBetween(4 * MINUTE, 4 * MINUTE - 1), undefined);
});
