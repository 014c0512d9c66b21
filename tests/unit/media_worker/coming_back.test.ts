// How a call comes back: lost and shaky links, other nodes, other networks, pages that slept.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Refused } from "../../../gateway/frontend/src/signalling/refusals";
import type { Answer } from "../../../gateway/frontend/src/signalling/connection";
import { retryDelay } from "../../../gateway/frontend/src/signalling/retry";
import { ANSWER, begin, connected, FakePeer, last, session, settled, started } from "./fake_peer";

beforeEach(begin);

test("a failed exchange is repeated, later each time", async () => {
  let failures = 3;
  const { call } = started(async () => {
    if (failures-- > 0) throw new TypeError("no network");
    return ANSWER;
  });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    await settled();
    mock.timers.tick(5_000);
  }
  await settled();
  last().become("connected");
  assert.equal(call.state, "connected");
  assert.equal(FakePeer.all.length, 4);
  assert.ok(FakePeer.all.slice(0, 3).every((peer) => peer.closed));
});

test("a refusal ends the attempts", async () => {
  const { told } = started(async () => {
    throw new Refused("not_admitted");
  });
  await settled();
  mock.timers.tick(60_000);
  assert.deepEqual(told, ["connecting", "refused", "not_admitted"]);
  assert.equal(FakePeer.all.length, 1);
});

test("a lost connection is replaced", async () => {
  const { told } = await connected();
  last().become("failed");
  mock.timers.tick(5_000);
  await settled();
  last().become("connected");
  assert.deepEqual(told, ["interrupted", "other in 1", "connected"]);
  assert.equal(FakePeer.all.length, 2);
});

test("a shaky connection gets new ICE credentials before it is replaced", async () => {
  const { call } = await connected();
  last().become("disconnected");
  assert.equal(call.state, "interrupted");
  mock.timers.tick(2_000);
  await settled();
  assert.equal(last().restarts, 1);
  last().become("connected");
  mock.timers.tick(60_000);
  assert.equal(call.state, "connected");
  assert.equal(FakePeer.all.length, 1);
});

test("a shaky connection that does not recover is replaced", async () => {
  await connected();
  last().become("disconnected");
  mock.timers.tick(2_000);
  mock.timers.tick(2_000);
  assert.equal(FakePeer.all.length, 2);
});

test("new ICE credentials are taken from the session that is known", async () => {
  let version = 0;
  await connected(async () => ({ ...ANSWER, sdp: session(1, ++version) }));
  last().become("disconnected");
  mock.timers.tick(2_000);
  await settled();
  assert.deepEqual(last().answers, [session(1, 1), session(1, 2)]);
});

test("a connection of which the SFU knows nothing any more is replaced, and slots are learned anew", async () => {
  const swapped = { slot: 1, slots: [{ slot: 0, participantId: "other" }, { slot: 1, participantId: "me" }] };
  const answers: Answer[] = [ANSWER, { sdp: session(2), ...swapped }, { sdp: session(3), ...swapped }];
  const { told } = await connected(async () => answers.shift() as Answer);
  last().become("disconnected");
  mock.timers.tick(2_000);
  await settled();
  const [old, fresh] = FakePeer.all as [FakePeer, FakePeer];
  assert.deepEqual([old.answers, fresh.answers], [[session(1)], [session(3)]]);
  fresh.become("connected");
  assert.deepEqual(told, ["interrupted", "other in 0", "connected"]);
});

test("a connection that is being replaced is not repaired meanwhile", async () => {
  let away = false;
  const { call } = await connected(async () => {
    if (away) throw new TypeError("no node yet");
    return ANSWER;
  });
  away = true;
  call.reconnect();
  await settled();
  FakePeer.all[0]?.become("disconnected");
  away = false;
  mock.timers.tick(250);
  await settled();
  last().become("connected");
  assert.equal(call.state, "connected");
  assert.deepEqual(FakePeer.all.map((peer) => peer.restarts), [0, 0, 0]);
});

test("a restart that fails after the connection was replaced changes nothing", async () => {
  let fail: (error: Error) => void = () => undefined;
  const pending = new Promise<Answer>((_, reject) => (fail = reject));
  const answers = [Promise.resolve(ANSWER), pending, Promise.resolve(ANSWER)];
  const { call } = await connected(() => answers.shift() as Promise<Answer>);
  last().become("disconnected");
  mock.timers.tick(2_000);
  mock.timers.tick(2_000);
  await settled();
  last().become("connected");
  fail(new TypeError("gone"));
  await settled();
  assert.equal(call.state, "connected");
  assert.equal(FakePeer.all.length, 2);
});

test("on another node the new connection is up before the old one ends", async () => {
  const { call, told } = await connected();
  call.reconnect();
  await settled();
  const [old, fresh] = FakePeer.all as [FakePeer, FakePeer];
  assert.equal(old.closed, false);
  fresh.become("connected");
  assert.equal(old.closed, true);
  assert.deepEqual(told, ["other in 1"]);
});

test("an attempt that never comes up is given up", async () => {
  started();
  await settled();
  mock.timers.tick(15_000);
  mock.timers.tick(5_000);
  assert.equal(FakePeer.all.length, 2);
});

test("a link that is lost again and again is retried ever later", async () => {
  await connected();
  for (let round = 0; round < 5; round += 1) {
    last().become("failed");
    mock.timers.tick(5_000);
    await settled();
    last().become("connected");
  }
  const before = FakePeer.all.length;
  last().become("failed");
  mock.timers.tick(2_000);
  assert.equal(FakePeer.all.length, before);
});

test("a link that was stable for a while is retried at once", async () => {
  await connected();
  for (let round = 0; round < 5; round += 1) {
    mock.timers.tick(10_000);
    last().become("failed");
    mock.timers.tick(250);
    await settled();
    last().become("connected");
  }
  assert.equal(FakePeer.all.length, 6);
});

test("on waking up a call that seems well asks for new ICE credentials, and stays as it is", async () => {
  const { call, told } = await connected();
  call.hurry();
  await settled();
  mock.timers.tick(10_000);
  assert.deepEqual([last().restarts, FakePeer.all.length, told.length], [1, 1, 0]);
});

test("on the way to another node pictures stay, and its news counts when the new connection is up", async () => {
  const moved = { ...ANSWER, slot: 1, slots: [{ slot: 1, participantId: "me" }] };
  let answers = 0;
  const { call, told } = await connected(async () => ((answers += 1) === 1 ? ANSWER : moved));
  call.reconnect();
  call.occupy(0, "other");
  call.vacate("third");
  await settled();
  assert.deepEqual(told, []);
  last().become("connected");
  assert.deepEqual(told, ["other in 0"]);
});

test("who has not moved along yet is gone when one has moved oneself", async () => {
  const moved = { ...ANSWER, slots: [{ slot: 0, participantId: "me" }] };
  let answers = 0;
  const { call, told } = await connected(async () => ((answers += 1) === 1 ? ANSWER : moved));
  call.reconnect();
  await settled();
  assert.deepEqual(told, []);
  last().become("connected");
  assert.deepEqual(told, ["other left"]);
});

test("while the network is away the same connection asks for new credentials again and again", async () => {
  let offline = false;
  const { call, told } = await connected(() => (offline ? Promise.reject(new Error("offline")) : Promise.resolve(ANSWER)));
  offline = true;
  last().become("disconnected");
  for (let second = 0; second < 8; second += 1) {
    mock.timers.tick(1_000);
    await settled();
  }
  offline = false;
  call.hurry();
  await settled();
  last().become("connected");
  assert.deepEqual([FakePeer.all.length, last().answers.length, told], [1, 2, ["interrupted", "connected"]]);
});

test("on waking up in a call that the SFU has given up a new connection is made at once", async () => {
  let number = 0;
  const { call } = await connected(async () => ({ ...ANSWER, sdp: session((number += 1)) }));
  call.hurry();
  await settled();
  assert.equal(FakePeer.all.length, 2);
});

test("when the network is back what waits for its next attempt is tried at once", async () => {
  const { call } = started(() => Promise.reject(new Error("offline")));
  await settled();
  assert.equal(FakePeer.all.length, 1);
  call.hurry();
  assert.equal(FakePeer.all.length, 2);
});

test("a connection that is being made is left alone", async () => {
  const { call } = started();
  call.hurry();
  await settled();
  assert.deepEqual([FakePeer.all.length, last().restarts], [1, 0]);
});

test("a question into a dead network is given up for one into the next", async () => {
  const answers: ((answer: Answer) => void)[] = [];
  const given: AbortSignal[] = [];
  const { call } = await connected(async (_, signal) => {
    given.push(signal);
    return given.length === 1 ? ANSWER : new Promise((resolve) => answers.push(resolve));
  });
  call.hurry();
  await settled();
  call.hurry();
  await settled();
  for (const answer of answers) answer({ ...ANSWER, sdp: session(1, 2) });
  await settled();
  assert.deepEqual(given.map(({ aborted }) => aborted), [true, true, false]);
  assert.deepEqual([FakePeer.all.length, last().answers], [1, [session(1), session(1, 2)]]);
});

test("what is over does not come back", async () => {
  const { call } = await connected();
  call.close();
  call.hurry();
  assert.deepEqual([FakePeer.all.length, last().restarts], [1, 0]);
});

test("retries grow to five seconds and are spread", () => {
  assert.equal(retryDelay(0, () => 1), 250);
  assert.equal(retryDelay(3, () => 0), 1_000);
  assert.equal(retryDelay(30, () => 1), 5_000);
});
