// A newer page of the same person has the call: this one leaves off, and may take it back.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Refused } from "../../../gateway/frontend/src/signalling/refusals";
import { ANSWER, begin, connected, FakePeer, last, settled, started } from "./fake_peer";

beforeEach(begin);

test("a page that is told of a newer one closes its connection and asks no more", async () => {
  const { call, told } = await connected();
  call.yield();
  assert.deepEqual([told, last().closed], [["elsewhere"], true]);
  mock.timers.tick(60_000);
  call.reconnect();
  call.hurry();
  await settled();
  assert.equal(FakePeer.all.length, 1);
  call.close();
});

test("a page that was overtaken while it was away learns it from its next offer, and does not go on asking", async () => {
  let offers = 0;
  const { call, told } = started(async () => {
    offers += 1;
    throw new Refused("ConnectedElsewhere");
  });
  await settled();
  mock.timers.tick(60_000);
  await settled();
  assert.deepEqual([offers, told], [1, ["connecting", "elsewhere"]]);
  call.close();
});

test("an answer that comes after the page was overtaken connects nothing", async () => {
  let answer: (given: typeof ANSWER) => void = () => undefined;
  const { call, told } = started(() => new Promise((resolve) => (answer = resolve)));
  await settled();
  call.yield();
  answer(ANSWER);
  await settled();
  assert.deepEqual([last().answers, told], [[], ["connecting", "elsewhere"]]);
  call.close();
});

test("its reader may take the call back", async () => {
  const { call, told } = await connected();
  call.yield();
  call.connect();
  await settled();
  last().become("connected");
  assert.deepEqual(told, ["elsewhere", "connecting", "other in 1", "connected"]);
  call.close();
});
