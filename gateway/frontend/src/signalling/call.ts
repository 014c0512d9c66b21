/** A call that stays up: connections come and go beneath it, the page sees one. */

import { Connection, Forgotten, type Answer, type Exchange, type Link } from "./connection";
import { Emitter } from "./emitter";
import type { LocalTracks, Source } from "./layout";
import { Busy, Refused } from "./refusals";
import type { Relays } from "./relays";
import { retryDelay } from "./retry";
import { Slots, type SlotHolder } from "./slots";

/**
 * `interrupted`: it was up, and is being brought back; `refused`: the server will not have it, see the error's
 * code; `elsewhere`: another page of the same person has it; `closed`: by `close()`.
 */
export type State = "idle" | "connecting" | "connected" | "interrupted" | "refused" | "elsewhere" | "closed";

export interface CallEvents {
  state: State;
  participant: { readonly participantId: string; readonly slot: number; readonly stream: MediaStream };
  left: { readonly participantId: string };
  screen: { readonly participantId: string | undefined; readonly stream: MediaStream };
  refused: Refused;
  /** All lines are taken: so many calls are before this one. Undefined: no longer. */
  busy: number | undefined;
}

/** A shaky link, which has been without an answer for seconds by then, gets new ICE credentials after this. */
const SHAKY_MS = 1_000;
/** New credentials that have not brought it back within this time are not waited for: it is replaced. */
const REPAIR_MS = 2_000;

/** A link that is lost sooner does not start the retries anew: its network lets it come up and no more. */
const STABLE_MS = 10_000;

export class Call extends Emitter<CallEvents> {
  private readonly slots = new Slots();
  private tracks: LocalTracks;
  private own: SlotHolder | undefined;
  /** What the log has said since the last offer went out: the answer to it may be older. */
  private readonly news = new Map<string, number | undefined>();
  /** Of the connection that is being made: it counts when that is up. */
  private answer: Answer | undefined;
  /** The log tells of another node than the one that the pictures still come from. */
  private moving = false;
  private sharer: string | undefined;
  private detail = false;
  private active: Connection | undefined;
  private next: Connection | undefined;
  private attempt = 0;
  private renewal = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private repair: ReturnType<typeof setTimeout> | undefined;
  private stable: ReturnType<typeof setTimeout> | undefined;
  private current: State = "idle";

  constructor(
    private readonly exchange: Exchange,
    tracks: LocalTracks = {},
    private readonly relays?: Relays,
    private readonly configuration: RTCConfiguration = {},
  ) {
    super();
    this.tracks = tracks;
  }

  get state(): State {
    return this.current;
  }

  /** Connect, and stay connected until `close` or a refusal. */
  connect(): void {
    if (this.current === "idle" || this.current === "refused" || this.current === "elsewhere") this.dial("connecting");
  }

  /** Another page of the same person has the call from now on; `connect` takes it back. */
  yield(): void {
    this.hangUp();
    this.become("elsewhere");
  }

  /** The room is on another node: a new connection first, the old one closed after. */
  reconnect(): void {
    this.moving = true;
    this.replace();
  }

  private replace(): void {
    if (!["idle", "elsewhere", "closed"].includes(this.current)) this.dial(this.active ? this.current : "connecting");
  }

  /** The network may be another one, or this page slept: what would be noticed or tried later is tried now. */
  hurry(): void {
    if (this.next !== undefined) return;
    if (this.retry !== undefined) this.dial(this.current);
    else if (this.active !== undefined) this.renew(this.active);
  }

  close(): void {
    this.hangUp();
    this.become("closed");
    this.silence();
  }

  // --- what is sent ----------------------------------------------------------

  async setMicrophone(track: MediaStreamTrack | null): Promise<void> {
    await this.send("microphone", track);
  }

  async setCamera(track: MediaStreamTrack | null): Promise<void> {
    await this.send("camera", track);
  }

  /** Share a screen or a window, or stop with null; text stays legible rather than smooth. */
  async setScreen(track: MediaStreamTrack | null): Promise<void> {
    if (track !== null && track.contentHint === "") track.contentHint = "detail";
    await this.send("screen", track);
  }

  /** The camera shows something to be read (or no more): sharp before smooth, on this connection and later ones. */
  async setDetail(on: boolean): Promise<void> {
    this.detail = on;
    await this.active?.setDetail(on);
  }

  private async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    this.tracks = { ...this.tracks, [source]: track };
    await Promise.all([this.active?.send(source, track), this.next?.send(source, track)]);
  }

  // --- what the room log says -------------------------------------------------

  /** One's own slot is known from the answer; the log may still tell of a former one. */
  occupy(slot: number, participantId: string): void {
    if (participantId === this.own?.participantId) return;
    this.news.set(participantId, slot);
    if (this.moving) return;
    const former = this.slots.occupy(slot, participantId);
    if (former !== undefined) this.emit("left", { participantId: former });
    this.show(slot, participantId);
  }

  vacate(participantId: string): void {
    this.news.set(participantId, undefined);
    if (!this.moving && this.slots.vacate(participantId)) this.emit("left", { participantId });
  }

  /** An empty id: nobody shares. */
  screenOf(participantId: string): void {
    this.sharer = participantId || undefined;
    if (this.active) this.emit("screen", { participantId: this.sharer, stream: this.active.screen });
  }

  async stats(): Promise<RTCStatsReport | undefined> {
    return this.active?.stats();
  }

  // --- inside -----------------------------------------------------------------

  private dial(state: State): void {
    this.rest();
    this.news.clear();
    this.next?.close();
    const connection = new Connection(this.exchange, this.tracks, this.relays, this.configuration);
    this.next = connection;
    connection.on("link", (link) => this.linked(connection, link));
    this.become(state);
    connection.open().then(
      (answer) => connection === this.next && (this.answer = answer),
      (error: unknown) => this.failed(connection, error),
    );
  }

  private seated({ slot, slots }: Answer): void {
    this.own = slots.find((holder) => holder.slot === slot);
    if (this.own) this.news.delete(this.own.participantId);
    for (const participantId of this.slots.replace(slots, this.news)) this.emit("left", { participantId });
    this.moving = false;
  }

  private failed(connection: Connection, error: unknown): void {
    if (connection !== this.next) return;
    connection.close();
    this.next = undefined;
    this.emit("busy", error instanceof Busy ? error.ahead : undefined);
    if (error instanceof Refused && error.code === "ConnectedElsewhere") this.yield();
    else if (error instanceof Refused) this.refuse(error);
    else this.again(error instanceof Busy ? error.againMs * (0.75 + Math.random() / 2) : undefined);
  }

  private refuse(error: Refused): void {
    this.active?.close();
    this.active = undefined;
    this.become("refused");
    this.emit("refused", error);
  }

  private again(delay = retryDelay(this.attempt++)): void {
    this.without();
    this.rest();
    this.retry = setTimeout(() => this.dial(this.current), delay);
  }

  private linked(connection: Connection, link: Link): void {
    if (link === "up") this.up(connection);
    else if (link === "lost") this.lost(connection);
    else if (connection === this.active) this.shaky(connection);
  }

  private up(connection: Connection): void {
    this.rest();
    clearTimeout(this.stable);
    this.stable = setTimeout(() => (this.attempt = 0), STABLE_MS);
    if (connection === this.next) {
      this.active?.close();
      this.active = connection;
      this.next = undefined;
      if (this.answer) this.seated(this.answer);
      if (this.detail) void connection.setDetail(true);
      for (const { slot, participantId } of this.slots.all()) this.show(slot, participantId);
      this.emit("screen", { participantId: this.sharer, stream: connection.screen });
    }
    this.become("connected");
  }

  private lost(connection: Connection): void {
    connection.close();
    clearTimeout(this.stable);
    if (connection === this.active) this.active = undefined;
    if (connection === this.next) this.next = undefined;
    if (this.next === undefined) this.again();
    else this.without();
  }

  /** There may be no connection now; one that was never up is still being made. */
  private without(): void {
    if (this.active === undefined && this.current !== "connecting") this.become("interrupted");
  }

  private shaky(connection: Connection): void {
    this.become("interrupted");
    if (this.replacing) return;
    this.rest();
    this.repair = setTimeout(() => this.renew(connection), SHAKY_MS);
  }

  /** New ICE credentials; one that was known not to work is replaced where they do not help in time. */
  private renew(connection: Connection): void {
    this.rest();
    const renewal = ++this.renewal;
    connection.restart().catch((error: unknown) => renewal === this.renewal && this.unrenewed(connection, error));
    if (this.current === "interrupted") this.repair = setTimeout(() => this.replace(), REPAIR_MS);
  }

  /** Whether another connection is being made, or will be after a failed attempt. */
  private get replacing(): boolean {
    return this.next !== undefined || this.retry !== undefined;
  }

  private hangUp(): void {
    this.rest();
    clearTimeout(this.stable);
    this.active?.close();
    this.next?.close();
    this.active = this.next = undefined;
  }

  private rest(): void {
    clearTimeout(this.retry);
    clearTimeout(this.repair);
    this.retry = this.repair = undefined;
  }

  /** Without an answer it is asked again, since the streams may well go on; one that is not known any more is replaced. */
  private unrenewed(connection: Connection, error: unknown): void {
    if (connection !== this.active || this.replacing) return;
    if (error instanceof Forgotten || error instanceof Refused) return this.replace();
    this.rest();
    this.repair = setTimeout(() => this.renew(connection), retryDelay(this.attempt));
    this.attempt += 1;
  }

  private show(slot: number, participantId: string): void {
    const stream = this.active?.slot(slot);
    if (stream !== undefined && slot !== this.own?.slot) this.emit("participant", { participantId, slot, stream });
  }

  private become(state: State): void {
    if (state === this.current) return;
    this.current = state;
    this.emit("state", state);
  }
}
