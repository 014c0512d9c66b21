/** The connection to the room's other people: what arrives is shown, measured, and told to the model. */

import { Call, readRelays } from "../signalling/index.js";
import type { State } from "../signalling/index.js";
import { optional, part, said, showOnly, tracksOf } from "./dom.js";
import type { Client } from "./http.js";
import type { Fact } from "./model.js";
import type { Offers } from "./offers.js";
import { Others } from "./others.js";
import { nameOf } from "./people.js";
import { Motion, quality, sample } from "./quality.js";
import type { Sample } from "./quality.js";
import type { Own } from "./own.js";
import { Signs } from "./signs.js";
import { Sounds } from "./sounds.js";
import type { RoomEvent } from "../signalling/index.js";

const MEASURE_MS = 500;
const QUALITY_EVERY = 4;
/** A dead line is not asked for more often than that. */
const HURRY_MS = 5_000;

export class Line {
  private readonly remote = part<HTMLVideoElement>("remote");
  private readonly screen = part<HTMLVideoElement>("screen");
  private readonly sounds = new Sounds(part<HTMLButtonElement>("play"));
  private readonly signs = new Signs(said(part("call"), "me"), () => this.arrange());
  private readonly relayUrl = said(part("call"), "relay-url");
  private readonly frames = new Motion();
  private readonly packets = new Motion();
  private readonly others = new Map<string, MediaStream>();
  private readonly small = new Others((participantId) => this.enlarge(participantId));
  /** Who is wanted in the large picture; while he is not there it is the first of the others. */
  private wanted: string | undefined;
  private sharer = "";
  private readonly arrivals = new Motion();
  private hurriedAt = 0;
  private readonly motions = new Map<string, Motion>();
  /** Participants to whom pictures pause. */
  private readonly weak = new Set<string>();
  private call: Call | undefined;
  private timer: number | undefined;
  private measured = 0;
  private before: Sample | undefined;
  private detail = false;

  constructor(
    private readonly http: Client,
    private readonly offers: Offers,
    private readonly own: Own,
    private readonly learn: (fact: Fact) => void,
  ) {
    own.onChange((source, track) => {
      if (source === "microphone") void this.call?.setMicrophone(track);
      else if (source === "camera") void this.call?.setCamera(track);
      else void this.call?.setScreen(track);
    });
    part("take-back").addEventListener("click", () => void this.takeBack());
  }

  connect(): void {
    const call = new Call(
      (sdp, signal) => this.offers.send(sdp, signal),
      this.own.sending,
      async (signal) => readRelays(await this.http.get(this.relayUrl, signal)),
    );
    this.call = call;
    call.screenOf(this.sharer);
    void call.setDetail(this.detail);
    call.on("state", (state) => this.linked(state));
    call.on("refused", () => this.refused());
    call.on("busy", (ahead) => this.wait(ahead));
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
    this.sharer = "";
    this.empty();
  }

  private empty(): void {
    this.others.clear();
    this.sounds.clear();
    this.motions.clear();
    this.weak.clear();
    this.tellWeak();
    this.enlarge(undefined);
    this.shown(null);
  }

  /** This page slept, or is in another network: nothing is waited for that can be looked at now. */
  hurry(): void {
    this.doubt();
    this.call?.hurry();
  }

  /** The last picture of before is no live one: another has to come. */
  private doubt(): void {
    for (const motion of [this.frames, this.packets, ...this.motions.values()]) motion.doubt();
    this.learn({ kind: "media", picture: false, sound: false });
  }

  /** What the camera sends is paper, or a person again. */
  async setDetail(on: boolean): Promise<void> {
    this.detail = on;
    await this.call?.setDetail(on);
  }

  /** Entries of the room's log that say who is where. */
  take(event: RoomEvent): void {
    if (event.type === "connected") this.joined(event.data.slot, event.by);
    else if (event.type === "disconnected") this.parted(event);
    else if (event.type === "screen") this.share(event.by);
    else if (event.type === "sound_only") this.paused(event);
    else if (event.type === "reconnect" && (event.by === "" || event.mine) && !this.offers.isBehind(event.data.epoch)) this.moved();
    else if (event.type === "elsewhere" && event.mine) this.owned(event.data.page);
    this.signs.take(event);
  }

  /** Whose page has the call now: two that asked at the same time learn the same. */
  private owned(page: string): void {
    if (!this.offers.isMine(page)) this.call?.yield();
    else if (this.call?.state === "elsewhere") this.call.connect();
  }

  private linked(link: State): void {
    if (link === "elsewhere") this.empty();
    this.learn({ kind: "link", link });
  }

  /** All lines are taken: whose turn it is stands in the words of the stage. */
  private wait(ahead: number | undefined): void {
    this.learn({ kind: "busy", on: ahead !== undefined });
    showOnly("turn", ahead === 0 ? "next" : "later", part("turn-words"));
    part("ahead").textContent = String(ahead ?? "");
  }

  private async takeBack(): Promise<void> {
    const button = part<HTMLButtonElement>("take-back");
    button.disabled = true;
    await this.own.open();
    button.disabled = false;
    this.offers.takeBack();
    this.call?.connect();
  }

  /** The SFU has let go of oneself, which a page that slept would notice seconds later. */
  private parted(event: RoomEvent): void {
    if (event.mine && this.call?.state === "connected") this.hurry();
    else if (!event.mine) this.call?.vacate(event.by);
  }

  private share(participantId: string): void {
    this.sharer = participantId;
    this.call?.screenOf(participantId);
  }

  /** The screen is told of anew there, if it still is shared. */
  private moved(): void {
    this.share("");
    this.call?.reconnect();
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

  private refused(): void {
    part("refusal").textContent = this.offers.refusal;
    window.clearInterval(this.timer);
  }

  private arrived(participantId: string, stream: MediaStream): void {
    this.others.set(participantId, stream);
    this.sounds.put(participantId, stream);
    this.arrange();
    this.learn({ kind: "others", present: true });
  }

  private gone(participantId: string): void {
    this.others.delete(participantId);
    this.sounds.remove(participantId);
    this.motions.delete(participantId);
    this.weak.delete(participantId);
    this.tellWeak();
    this.arrange();
    this.learn({ kind: "others", present: this.others.size > 0 });
  }

  /** Put one of the others into the large picture, now or as soon as he is there. */
  enlarge(participantId: string | undefined): void {
    this.wanted = participantId;
    this.arrange();
  }

  private arrange(): void {
    const [first] = this.others.keys();
    const large = this.wanted !== undefined && this.others.has(this.wanted) ? this.wanted : first;
    this.show((large !== undefined && this.others.get(large)) || null);
    part("large-name").textContent = large === undefined ? "" : nameOf(large);
    this.small.show(new Map([...this.others].filter(([other]) => other !== large)));
    this.mark(large);
  }

  /** Whose devices are off and who speaks, by what the room's log says. */
  private mark(large: string | undefined): void {
    for (const other of this.others.keys()) this.small.mark(other, this.signs.of(other));
    const { microphone, camera, speaks } = this.signs.of(large);
    part("large-name").toggleAttribute("data-speaks", speaks);
    part("other-muted").hidden = microphone;
    part("other-apart").hidden = !this.signs.isUnseen;
    this.learn({ kind: "sending", microphone, camera, apart: this.signs.hides(large) });
  }

  /** Say anew who is in which picture. */
  name(): void {
    this.arrange();
  }

  private show(stream: MediaStream | null): void {
    if (this.remote.srcObject !== stream) this.remote.srcObject = stream;
    if (stream) void this.remote.play().catch(() => undefined); // without sound every browser plays
  }

  private shown(stream: MediaStream | null): void {
    this.screen.srcObject = stream;
    this.screen.hidden = stream === null;
    if (stream) void this.screen.play().catch(() => undefined);
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
    this.lookAtSmall(now);
    this.lookAtLine(now);
    if (this.measured++ % QUALITY_EVERY !== 0) return;
    this.rate(quality(this.before, now));
    this.before = now;
  }

  /** Where nothing comes at all the network may be another one, which the browser takes many seconds to notice. */
  private lookAtLine(now: Sample): void {
    const alive = this.arrivals.moving(now.arrived, now.at);
    if (alive || this.call?.state !== "connected" || now.at - this.hurriedAt < HURRY_MS) return;
    this.hurriedAt = now.at;
    this.call.hurry();
  }

  /** A small picture that stands is said to do so, too. */
  private lookAtSmall(now: Sample): void {
    for (const [participantId, stream] of this.others) {
      const frames = stream.getVideoTracks().map(({ id }) => now.frames.get(id))[0];
      const motion = this.motions.get(participantId) ?? new Motion();
      this.motions.set(participantId, motion);
      this.small.stands(participantId, frames !== undefined && !motion.moving(frames, now.at));
    }
  }

  private rate(rating: string): void {
    const place = optional("quality");
    if (place === null || place.dataset["quality"] === rating) return;
    place.dataset["quality"] = rating;
    showOnly("quality-words", rating, place);
  }
}
