/** One peer connection with the SFU, from offer to end; it never comes back by itself. */

import { Emitter } from "./emitter";
import { build, CAMERA_BITRATE, DETAIL_BITRATE, type Layout, type LocalTracks, type Source } from "./layout";
import { inTime, type Relays } from "./relays";
import type { SlotHolder } from "./slots";

/** What the gateway gives back for an offer. */
export interface Answer {
  readonly sdp: string;
  /** One's own slot. */
  readonly slot: number;
  readonly slots: readonly SlotHolder[];
  /** Of the room's placement; a later one has a higher number. */
  readonly epoch?: number;
}

/** Brings an offer to the SFU and its answer back. */
export type Exchange = (offerSdp: string, signal: AbortSignal) => Promise<Answer>;

/** The SFU answered an ICE restart with a session that is not this connection's: it knows nothing of it any more. */
export class Forgotten extends Error {}

/** `shaky`: nothing comes at the moment, it may recover; `lost`: it will not. */
export type Link = "connecting" | "up" | "shaky" | "lost";

export interface ConnectionEvents {
  link: Link;
}

/** With what the library's types do not know yet (MST Content Hints, section 5); a browser that does not either skips it. */
type SendParameters = RTCRtpSendParameters & { degradationPreference?: "maintain-resolution" | "balanced" };

/** The browser's own "failed" takes half a minute. */
const CONNECT_LIMIT_MS = 15_000;

export class Connection extends Emitter<ConnectionEvents> {
  private readonly peer: RTCPeerConnection;
  private readonly layout: Layout;
  /** Of what is asked now; a later question takes its place. */
  private asking = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout>;
  private current: Link = "connecting";
  private session: string | undefined;

  constructor(
    private readonly exchange: Exchange,
    tracks: LocalTracks,
    private readonly relays?: Relays,
    configuration: RTCConfiguration = {},
  ) {
    super();
    this.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require", ...configuration });
    this.layout = build(this.peer, tracks);
    this.peer.addEventListener("connectionstatechange", () => this.changed());
    this.timer = setTimeout(() => this.give("lost"), CONNECT_LIMIT_MS);
  }

  get link(): Link {
    return this.current;
  }

  /** Exchange offer and answer; rejects with what `exchange` rejects with.  The link comes up a little later. */
  async open(): Promise<Answer> {
    if (this.relays !== undefined) await this.relayedBy(this.relays);
    return this.negotiate();
  }

  /**
   * New ICE credentials on the same streams: a change of network without a new handshake.  Rejects with
   * `Forgotten` where the SFU has begun anew; checks would succeed there, but no media would ever be decrypted.
   */
  async restart(): Promise<Answer> {
    this.asking.abort();
    this.asking = new AbortController();
    this.peer.restartIce();
    return this.negotiate();
  }

  /** Sound and picture of a slot. */
  slot(number: number): MediaStream | undefined {
    return this.layout.slots[number];
  }

  get screen(): MediaStream {
    return this.layout.screen;
  }

  /** Send another track from now on, or nothing. */
  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    await this.layout.senders[source].replaceTrack(track);
  }

  /** Sharp before smooth: rather fewer pictures than smaller ones, and more bits for each; or as usual again. */
  async setDetail(on: boolean): Promise<void> {
    const sender = this.layout.senders.camera;
    const parameters = sender.getParameters() as SendParameters;
    for (const encoding of parameters.encodings) encoding.maxBitrate = on ? DETAIL_BITRATE : CAMERA_BITRATE;
    parameters.degradationPreference = on ? "maintain-resolution" : "balanced";
    await sender.setParameters(parameters);
  }

  async stats(): Promise<RTCStatsReport> {
    return this.peer.getStats();
  }

  close(): void {
    clearTimeout(this.timer);
    this.silence();
    this.asking.abort();
    this.peer.close();
  }

  /** Before the offer: candidates are gathered with what is known then. */
  private async relayedBy(relays: Relays): Promise<void> {
    const { signal } = this.asking;
    const iceServers = await inTime(relays, signal);
    if (signal.aborted) throw signal.reason;
    this.peer.setConfiguration({ ...this.peer.getConfiguration(), iceServers });
  }

  private async negotiate(): Promise<Answer> {
    const { signal } = this.asking;
    await this.peer.setLocalDescription();
    const answer = await this.exchange(this.peer.localDescription?.sdp ?? "", signal);
    if (signal.aborted) throw signal.reason;
    const session = sessionOf(answer.sdp);
    if (this.session !== undefined && session !== this.session) throw new Forgotten("another session answered");
    this.session = session;
    await this.peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    return answer;
  }

  private changed(): void {
    const links: Partial<Record<RTCPeerConnectionState, Link>> = {
      connected: "up",
      disconnected: "shaky",
      failed: "lost",
      closed: "lost",
    };
    const link = links[this.peer.connectionState];
    if (link !== undefined) this.give(link);
  }

  private give(link: Link): void {
    if (link === this.current || this.current === "lost") return;
    this.current = link;
    clearTimeout(this.timer);
    this.emit("link", link);
  }
}

/** What stays the same in all answers of one session: the origin line's name and number (RFC 8866 section 5.2). */
function sessionOf(sdp: string): string {
  return /^o=(\S+ \S+)/m.exec(sdp)?.[1] ?? "";
}
