// The call that stays up, over a peer connection that does what the test says.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Call, Refused, retryDelay } from "../../../gateway/frontend/src/signalling/call";
import type { Answer } from "../../../gateway/frontend/src/signalling/connection";
import { Slots } from "../../../gateway/frontend/src/signalling/slots";

type Kind = string | { kind: string };

class FakePeer {
  static all: FakePeer[] = [];
  connectionState = "new";
  localDescription = { sdp: "offer" };
  closed = false;
  restarts = 0;
  readonly sections: string[] = [];
  readonly answers: string[] = [];
  readonly sent: unknown[] = [];
  tuned = "";
  configuration: RTCConfiguration = {};
  private listener = (): void => undefined;

  constructor() {
    FakePeer.all.push(this);
  }

  getConfiguration(): RTCConfiguration {
    return { bundlePolicy: "max-bundle" };
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  addTransceiver(track: Kind, { direction }: { direction: string }) {
    this.sections.push(`${typeof track === "string" ? track : track.kind} ${direction}`);
    const parameters = { encodings: [{ maxBitrate: 0 }], degradationPreference: "" };
    const sender = {
      replaceTrack: async (next: unknown) => void this.sent.push(next),
      getParameters: () => parameters,
      setParameters: async () => {
        this.tuned = `${parameters.degradationPreference} ${parameters.encodings[0]?.maxBitrate}`;
      },
    };
    return { sender, receiver: { track: {} }, setCodecPreferences: () => undefined };
  }

  addEventListener(_: string, listener: () => void): void {
    this.listener = listener;
  }

  async setLocalDescription(): Promise<void> {}

  async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
    this.answers.push(sdp);
  }

  restartIce(): void {
    this.restarts += 1;
  }

  become(state: string): void {
    this.connectionState = state;
    this.listener();
  }

  close(): void {
    this.closed = true;
  }
}

Object.assign(globalThis, {
  RTCPeerConnection: FakePeer,
  RTCRtpReceiver: { getCapabilities: () => null },
  MediaStream: class {},
});

const session = (number: number, version = 1): string => `v=0\r\no=- ${number} ${version} IN IP4 127.0.0.1\r\n`;

const ANSWER: Answer = {
  sdp: session(1),
  slot: 0,
  slots: [
    { slot: 0, participantId: "me" },
    { slot: 1, participantId: "other" },
  ],
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const last = (): FakePeer => FakePeer.all.at(-1) as FakePeer;

function started(exchange: () => Promise<Answer> = async () => ANSWER): { call: Call; told: string[] } {
  const told: string[] = [];
  const call = new Call(exchange);
  call.on("state", (state) => told.push(state));
  call.on("participant", ({ participantId, slot }) => told.push(`${participantId} in ${slot}`));
  call.on("left", ({ participantId }) => told.push(`${participantId} left`));
  call.on("refused", ({ code }) => told.push(code));
  call.connect();
  return { call, told };
}

async function connected(exchange?: () => Promise<Answer>): Promise<{ call: Call; told: string[] }> {
  const running = started(exchange);
  await settled();
  last().become("connected");
  running.told.length = 0;
  return running;
}

beforeEach(() => {
  FakePeer.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

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

test("retries grow to five seconds and are spread", () => {
  assert.equal(retryDelay(0, () => 1), 250);
  assert.equal(retryDelay(3, () => 0), 1_000);
  assert.equal(retryDelay(30, () => 1), 5_000);
});

test("one person holds one slot", () => {
  const slots = new Slots();
  slots.occupy(0, "a");
  assert.equal(slots.occupy(1, "a"), undefined);
  assert.equal(slots.occupy(1, "b"), "a");
  assert.deepEqual(slots.all(), [{ slot: 1, participantId: "b" }]);
});
