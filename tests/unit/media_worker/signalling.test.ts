// The call that stays up, over a peer connection that does what the test says.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Call } from "../../../gateway/frontend/src/signalling/call";
import type { Answer } from "../../../gateway/frontend/src/signalling/connection";
import { Slots } from "../../../gateway/frontend/src/signalling/slots";
import { ANSWER, begin, connected, FakePeer, last, settled, started } from "./fake_peer";

beforeEach(begin);

test("every offer has the sixteen sections in their order", () => {
  started().call.close();
  const sending = ["audio sendonly", "video sendonly", "video sendonly"];
  assert.deepEqual(last().sections, [
    ...sending,
    ...Array<string>(6).fill("audio recvonly"),
    ...Array<string>(7).fill("video recvonly"),
  ]);
});

test("a connection that comes up shows the others and not oneself", async () => {
  const { told } = started();
  await settled();
  last().become("connected");
  assert.deepEqual(told, ["connecting", "other in 1", "connected"]);
});

test("another track goes to the connection of now and of later", async () => {
  const { call } = await connected();
  const track = { kind: "video", contentHint: "" } as MediaStreamTrack;
  await call.setScreen(track);
  assert.deepEqual(last().sent, [track]);
  assert.equal(track.contentHint, "detail");
  call.reconnect();
  assert.equal(last().sections[2], "video sendonly");
});

test("papers are sent sharp before smooth, on the connection of now and of later, until it is a face again", async () => {
  const { call } = await connected();
  await call.setDetail(true);
  assert.equal(last().tuned, "maintain-resolution 3000000");
  last().become("failed");
  mock.timers.tick(250);
  await settled();
  last().become("connected");
  assert.equal(FakePeer.all.length, 2);
  assert.equal(last().tuned, "maintain-resolution 3000000");
  await call.setDetail(false);
  assert.equal(last().tuned, "balanced 1500000");
});

test("a face is sent as the browser thinks best", async () => {
  await connected();
  assert.equal(last().tuned, "");
});

test("the room log moves people in and out of slots", async () => {
  const { call, told } = await connected();
  call.occupy(2, "third");
  call.vacate("other");
  call.occupy(2, "fourth");
  assert.deepEqual(told, ["third in 2", "other left", "third left", "fourth in 2"]);
});

test("who came while the answer was on its way is not forgotten for it", async () => {
  let reply: (answer: Answer) => void = () => undefined;
  const { call, told } = started(() => new Promise((resolve) => (reply = resolve)));
  await settled();
  call.occupy(2, "third");
  call.vacate("other");
  reply(ANSWER);
  await settled();
  last().become("connected");
  assert.deepEqual(told, ["connecting", "third in 2", "connected"]);
});

test("what the log tells of one's own slot moves nobody", async () => {
  const { call, told } = await connected();
  call.occupy(1, "me");
  call.occupy(2, "other");
  assert.deepEqual(told, ["other in 2"]);
});

test("nothing happens after close", async () => {
  const { call, told } = await connected();
  call.close();
  mock.timers.tick(60_000);
  assert.deepEqual(told, ["closed"]);
  assert.ok(FakePeer.all.every((peer) => peer.closed));
});

const RELAY: RTCIceServer = { urls: ["turn:relay.example"], username: "1:whose", credential: "made" };

test("each connection asks for relays anew, before its offer", async () => {
  const steps: string[] = [];
  const exchange = async (): Promise<Answer> => (steps.push("offer"), ANSWER);
  const relays = async (): Promise<RTCIceServer[]> => (steps.push("relays"), [{ ...RELAY, username: `${steps.length}` }]);
  const call = new Call(exchange, {}, relays);
  call.connect();
  await settled();
  assert.deepEqual(last().configuration, { bundlePolicy: "max-bundle", iceServers: [{ ...RELAY, username: "1" }] });
  call.reconnect();
  await settled();
  assert.deepEqual(last().configuration.iceServers, [{ ...RELAY, username: "3" }]);
  assert.deepEqual(steps, ["relays", "offer", "relays", "offer"]);
  call.close();
});

test("a call that needs no relay does not wait for who tells of them", async () => {
  let given = false;
  const silent = (signal: AbortSignal): Promise<RTCIceServer[]> =>
    new Promise(() => signal.addEventListener("abort", () => (given = true)));
  for (const relays of [silent, async () => Promise.reject(new Error("offline"))]) {
    const call = new Call(async () => ANSWER, {}, relays);
    call.connect();
    mock.timers.tick(2_000);
    await settled();
    assert.deepEqual(last().configuration.iceServers, []);
    assert.deepEqual(last().answers, [ANSWER.sdp]);
    call.close();
  }
  assert.ok(given, "the request was given up");
});

test("relays that are told of after the end do nothing", async () => {
  let tell: (servers: RTCIceServer[]) => void = () => undefined;
  const call = new Call(async () => ANSWER, {}, () => new Promise((resolve) => (tell = resolve)));
  call.connect();
  await settled();
  call.close();
  tell([RELAY]);
  await settled();
  assert.deepEqual([last().configuration, last().answers], [{}, []]);
});

test("one person holds one slot", () => {
  const slots = new Slots();
  slots.occupy(0, "a");
  assert.equal(slots.occupy(1, "a"), undefined);
  assert.equal(slots.occupy(1, "b"), "a");
  assert.deepEqual(slots.all(), [{ slot: 1, participantId: "b" }]);
});
