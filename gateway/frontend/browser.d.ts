/**
 * What the protocol code needs of a browser, and all that it gets: WebRTC, event streams, timers, no page.
 * The same code is checked against the browser's own types too (`tsconfig.json`), so that this cannot drift.
 */

type Timer = number & { readonly timer: unique symbol };
declare function setTimeout(run: () => void, ms?: number): Timer;
declare function clearTimeout(timer: Timer | undefined): void;

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

interface MediaStreamTrack {
  readonly kind: string;
  enabled: boolean;
  contentHint: string;
}
declare class MediaStream {
  constructor(tracks: MediaStreamTrack[]);
}

interface RTCIceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}
interface RTCConfiguration {
  iceServers?: RTCIceServer[];
  bundlePolicy?: "max-bundle";
  rtcpMuxPolicy?: "require";
}
interface RTCRtpCodec {
  mimeType: string;
}
interface RTCRtpSendParameters {
  encodings: { maxBitrate?: number }[];
}
interface RTCRtpSender {
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
  getParameters(): RTCRtpSendParameters;
  setParameters(parameters: RTCRtpSendParameters): Promise<void>;
}
interface RTCRtpTransceiver {
  readonly sender: RTCRtpSender;
  readonly receiver: { readonly track: MediaStreamTrack };
  setCodecPreferences(codecs: RTCRtpCodec[]): void;
}
declare const RTCRtpReceiver: { getCapabilities(kind: string): { codecs: RTCRtpCodec[] } | null };

interface RTCStatsReport {
  forEach(each: (entry: { readonly type: string }, id: string) => void): void;
}
type RTCPeerConnectionState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";
declare class RTCPeerConnection {
  constructor(configuration?: RTCConfiguration);
  readonly connectionState: RTCPeerConnectionState;
  readonly localDescription: { readonly sdp: string } | null;
  addTransceiver(
    track: MediaStreamTrack | string,
    init: { direction: "sendonly" | "recvonly"; sendEncodings?: { maxBitrate: number }[] },
  ): RTCRtpTransceiver;
  addEventListener(type: "connectionstatechange", listener: () => void): void;
  setLocalDescription(): Promise<void>;
  setRemoteDescription(description: { type: "answer"; sdp: string }): Promise<void>;
  getConfiguration(): RTCConfiguration;
  setConfiguration(configuration: RTCConfiguration): void;
  getStats(): Promise<RTCStatsReport>;
  restartIce(): void;
  close(): void;
}

interface StreamEvent {
  readonly data: unknown;
  readonly lastEventId: string;
}
declare class EventSource {
  static readonly CLOSED: 2;
  constructor(url: string);
  readonly readyState: number;
  addEventListener(type: string, listener: (event: StreamEvent) => void): void;
  close(): void;
}
