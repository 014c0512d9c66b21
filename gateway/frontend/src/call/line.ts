/** The connection to the room's other people: what arrives is shown, measured, and told to the model. */

import { Call, Refused } from "../signalling/index.js";
import type { Answer, SlotHolder } from "../signalling/index.js";
import { optional, part, said, showOnly } from "./dom.js";
import type { Client } from "./http.js";
import { Refusal } from "./http.js";
import type { Fact } from "./model.js";
import { Others } from "./others.js";
import { nameOf } from "./people.js";
import { Motion, quality, sample } from "./quality.js";
import type { Sample } from "./quality.js";
import type { Own } from "./own.js";
import type { RoomEvent } from "../signalling/index.js";

const MEASURE_MS = 500;
const QUALITY_EVERY = 4;

export class Line {
  private readonly remote = part<HTMLVideoElement>("remote");
  private readonly screen = part<HTMLVideoElement>("screen");
  private readonly play = part<HTMLButtonElement>("play");
  private readonly relayUrl = said(part("call"), "relay-url");
  private readonly frames = new Motion();
  private readonly packets = new Motion();
  private readonly others = new Map<string, MediaStream>();
  private readonly small = new Others((participantId) => this.enlarge(participantId));
  /** Who is in the large picture. */
  private large: string | undefined;
  /** Participants to whom pictures pause. */
  private readonly weak = new Set<string>();
  private call: Call | undefined;
  private timer: number | undefined;
  private measured = 0;
  private before: Sample | undefined;
  private refusal = "";
  private detail = false;

  constructor(
    private readonly http: Client,
    private readonly url: string,
    private readonly own: Own,
    private readonly learn: (fact: Fact) => void,
  ) {
    own.onChange((source, track) => {
      if (source === "microphone") void this.call?.setMicrophone(track);
      else if (source === "camera") void this.call?.setCamera(track);
      else void this.call?.setScreen(track);
    });
    this.play.addEventListener("click", () => this.start());
  }

  connect(): void {
    const call = new Call(
      (sdp, signal) => this.exchange(sdp, signal),
      this.own.sending,
      async (signal) => relays(await this.http.get(this.relayUrl, signal)),
    );
    this.call = call;
    void call.setDetail(this.detail);
    call.on("state", (state) => this.learn({ kind: "link", link: state }));
    call.on("refused", () => this.refused());
    call.on("participant", ({ participantId, stream }) => this.arrived(participantId, stream));
    call.on("left", ({ participantId }) => this.gone(participantId));
    call.on("screen", ({ participantId, stream }) => this.shown(participantId === undefined ? null : stream));
    this.timer = window.setInterval(() => void this.measure(), MEASURE_MS);
    call.connect();
  }

  disconnect(): void {
    window.clearInterval(this.timer);
    this.call?.close();
    this.call = undefined;
    this.others.clear();
    this.weak.clear();
    this.tellWeak();
    this.enlarge(undefined);
    this.shown(null);
  }

  /** What the camera sends is paper, or a person again. */
  async setDetail(on: boolean): Promise<void> {
    this.detail = on;
    await this.call?.setDetail(on);
  }

  /** Entries of the room's log that say who is where. */
  take(event: RoomEvent): void {
    if (event.type === "connected") this.joined(event.data.slot, event.by);
    else if (event.type === "disconnected") this.call?.vacate(event.by);
    else if (event.type === "screen") this.call?.screenOf(event.by);
    else if (event.type === "sound_only") this.paused(event);
    else if (event.type === "reconnect") this.call?.reconnect();
  }

  /** With a new connection all that was known of the old one's line is void. */
  private joined(slot: number, participantId: string): void {
    this.weak.delete(participantId);
    this.tellWeak();
    this.call?.occupy(slot, participantId);
  }

  /** One's own line is a matter of the stage; of another one it is said that he hears and does not see. */
  private paused(event: RoomEvent<"sound_only">): void {
    const on = event.data.on;
    if (event.mine) this.learn({ kind: "sound-only", on });
    else if (on) this.weak.add(event.by);
    else this.weak.delete(event.by);
    this.tellWeak();
  }

  private tellWeak(): void {
    const place = optional("weak-others");
    if (place) place.hidden = this.weak.size === 0;
  }

  private async exchange(sdp: string, signal: AbortSignal): Promise<Answer> {
    try {
      return answer(await this.http.post(this.url, { sdp }, signal));
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryable || error.code === "StaleVersion") throw error;
      this.refusal = error.sentence;
      throw new Refused(error.code);
    }
  }

  private refused(): void {
    part("refusal").textContent = this.refusal;
    window.clearInterval(this.timer);
  }

  private arrived(participantId: string, stream: MediaStream): void {
    this.others.set(participantId, stream);
    this.enlarge(this.large);
    this.learn({ kind: "others", present: true });
  }

  private gone(participantId: string): void {
    this.others.delete(participantId);
    this.weak.delete(participantId);
    this.tellWeak();
    this.enlarge(this.large);
    this.learn({ kind: "others", present: this.others.size > 0 });
  }

  /** Put one of the others into the large picture, the first if it is nobody who is there. */
  enlarge(participantId: string | undefined): void {
    const [first] = this.others.keys();
    this.large = participantId !== undefined && this.others.has(participantId) ? participantId : first;
    this.show((this.large !== undefined && this.others.get(this.large)) || null);
    part("large-name").textContent = this.large === undefined ? "" : nameOf(this.large);
    this.small.show(new Map([...this.others].filter(([other]) => other !== this.large)));
  }

  /** Say anew who is in which picture. */
  name(): void {
    this.enlarge(this.large);
  }

  private show(stream: MediaStream | null): void {
    if (this.remote.srcObject !== stream) this.remote.srcObject = stream;
    if (stream) this.start();
  }

  private shown(stream: MediaStream | null): void {
    this.screen.srcObject = stream;
    this.screen.hidden = stream === null;
    if (stream) void this.screen.play().catch(() => undefined);
  }

  /** Some browsers want a click before sound is heard. */
  private start(): void {
    this.remote.play().then(
      () => (this.play.hidden = true),
      (error: unknown) => (this.play.hidden = !(error instanceof DOMException && error.name === "NotAllowedError")),
    );
  }

  private async measure(): Promise<void> {
    const report = await this.call?.stats();
    if (report === undefined) return;
    const entries = report as unknown as Iterable<readonly [string, Record<string, unknown>]>;
    const now = sample(entries, performance.now(), tracksOf(this.remote, this.screen));
    this.learn({
      kind: "media",
      picture: this.frames.moving(now.framesDecoded, now.at),
      sound: this.packets.moving(now.audioPackets, now.at),
    });
    if (this.measured++ % QUALITY_EVERY !== 0) return;
    this.rate(quality(this.before, now));
    this.before = now;
  }

  private rate(rating: string): void {
    const place = optional("quality");
    if (place === null || place.dataset["quality"] === rating) return;
    place.dataset["quality"] = rating;
    showOnly("quality-words", rating, place);
  }
}

/** Ids of the tracks that these elements play. */
function tracksOf(...elements: HTMLVideoElement[]): Set<string> {
  const streams = elements.map((element) => element.srcObject).filter((source) => source instanceof MediaStream);
  return new Set(streams.flatMap((stream) => stream.getTracks()).map((track) => track.id));
}

function relays(document: unknown): RTCIceServer[] {
  return (document as { ice_servers: RTCIceServer[] }).ice_servers;
}

function answer(document: unknown): Answer {
  const { sdp, slot, slots } = document as { sdp: string; slot: number; slots: { slot: number; participant: string }[] };
  const holders: SlotHolder[] = slots.map((held) => ({ slot: held.slot, participantId: held.participant }));
  return { sdp, slot, slots: holders };
}
