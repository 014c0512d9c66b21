// All lines are taken: the call waits for its turn and says so.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Busy } from "../../../gateway/frontend/src/signalling/refusals";
import { readWait } from "../../../gateway/frontend/src/signalling/protocol";
import { ANSWER, begin, last, settled, started } from "./fake_peer";

beforeEach(begin);

test("while all lines are taken a call says how many are before it, and asks again when it was told to", async () => {
  let asked = 0;
  const { call, told } = started(async () => {
    asked += 1;
    if (asked < 3) throw new Busy(2 - asked, 1_000);
    return ANSWER;
  });
  call.on("busy", (ahead) => told.push(`${ahead} before`));
  await settled();
  for (const expected of [2, 3]) {
    mock.timers.tick(700);
    await settled();
    assert.equal(asked, expected - 1);
    mock.timers.tick(600);
    await settled();
    assert.equal(asked, expected);
  }
  last().become("connected");
  assert.deepEqual(told, ["connecting", "1 before", "0 before", "other in 1", "connected"]);
});

test("a call that fails otherwise waits for no turn any more", async () => {
  let asked = 0;
  const { call, told } = started(async () => {
    asked += 1;
    throw asked === 1 ? new Busy(0, 1_000) : new TypeError("no network");
  });
  call.on("busy", (ahead) => told.push(`${ahead} before`));
  await settled();
  mock.timers.tick(1_300);
  await settled();
  assert.deepEqual(told, ["connecting", "0 before", "undefined before"]);
});

test("only what says for how long is a wait", () => {
  assert.deepEqual(readWait({ ahead: 1, again_ms: 2_000 }), { ahead: 1, again_ms: 2_000 });
  for (const other of [ANSWER, {}, undefined, null, { ahead: 1 }]) assert.equal(readWait(other), undefined);
});
