// A peer connection that does what the test says, and calls over it.

import { mock } from "node:test";

import { Call } from "../../../gateway/frontend/src/signalling/call";
import type { Answer, Exchange } from "../../../gateway/frontend/src/signalling/connection";

type Kind = string | { kind: string };

export class FakePeer {
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

export const session = (number: number, version = 1): string => `v=0\r\no=- ${number} ${version} IN IP4 127.0.0.1\r\n`;

export const ANSWER: Answer = {
  sdp: session(1),
  slot: 0,
  slots: [
    { slot: 0, participantId: "me" },
    { slot: 1, participantId: "other" },
  ],
};

export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

export const last = (): FakePeer => FakePeer.all.at(-1) as FakePeer;

export function started(exchange: Exchange = async () => ANSWER): { call: Call; told: string[] } {
  const told: string[] = [];
  const call = new Call(exchange);
  call.on("state", (state) => told.push(state));
  call.on("participant", ({ participantId, slot }) => told.push(`${participantId} in ${slot}`));
  call.on("left", ({ participantId }) => told.push(`${participantId} left`));
  call.on("refused", ({ code }) => told.push(code));
  call.connect();
  return { call, told };
}

export async function connected(exchange?: Exchange): Promise<{ call: Call; told: string[] }> {
  const running = started(exchange);
  await settled();
  last().become("connected");
  running.told.length = 0;
  return running;
}

/** A fresh world for the next test. */
export function begin(): void {
  FakePeer.all = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
}
