/** The fixed sections of every offer: what is sent, then one receiving pair a slot, then the shared screen. */

import { usable } from "./codecs";

/** People in one room, and so receiving slots. */
export const SLOTS = 6;

/** What a participant sends, in the order of the sections. */
export type Source = "microphone" | "camera" | "screen";

/** Tracks to send; null or absent sends nothing in that section. */
export type LocalTracks = { readonly [source in Source]?: MediaStreamTrack | null };

export interface Layout {
  readonly senders: Readonly<Record<Source, RTCRtpSender>>;
  /** One stream with sound and picture a slot; its tracks are muted while nobody sends. */
  readonly slots: readonly MediaStream[];
  readonly screen: MediaStream;
}

export const CAMERA_BITRATE = 1_500_000;
/** Small print, sharp within a second; below `UNLIMITED` of the SFU's `downlink.py`, so that limits still hold. */
export const DETAIL_BITRATE = 3_000_000;
const SCREEN_BITRATE = 2_000_000;

/** Add every section to a new peer connection, in the order that the SFU expects. */
export function build(peer: RTCPeerConnection, tracks: LocalTracks): Layout {
  const senders = {
    microphone: sending(peer, "audio", tracks.microphone),
    camera: sending(peer, "video", tracks.camera, CAMERA_BITRATE),
    screen: sending(peer, "video", tracks.screen, SCREEN_BITRATE),
  };
  const sounds = Array.from({ length: SLOTS }, () => receiving(peer, "audio"));
  const pictures = Array.from({ length: SLOTS }, () => receiving(peer, "video"));
  const slots = sounds.map((sound, slot) => new MediaStream([sound, pictures[slot]].filter((track) => track !== undefined)));
  const screen = new MediaStream([receiving(peer, "video")]);
  return { senders, slots, screen };
}

function sending(
  peer: RTCPeerConnection,
  kind: "audio" | "video",
  track: MediaStreamTrack | null | undefined,
  maxBitrate?: number,
): RTCRtpSender {
  const encodings = maxBitrate === undefined ? {} : { sendEncodings: [{ maxBitrate }] };
  const transceiver = peer.addTransceiver(track ?? kind, { direction: "sendonly", ...encodings });
  shorten(transceiver, kind);
  return transceiver.sender;
}

function receiving(peer: RTCPeerConnection, kind: "audio" | "video"): MediaStreamTrack {
  const transceiver = peer.addTransceiver(kind, { direction: "recvonly" });
  shorten(transceiver, kind);
  return transceiver.receiver.track;
}

/** Offer only what the SFU takes: a tenth of the text. */
function shorten(transceiver: RTCRtpTransceiver, kind: "audio" | "video"): void {
  const codecs = usable(RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []);
  if (codecs.length > 0 && "setCodecPreferences" in transceiver) transceiver.setCodecPreferences(codecs);
}
