// The bare page of the worker's tests: joins with fake devices and tells figures.

import { Call, type Answer } from "../../../gateway/frontend/src/signalling/index";

declare global {
  interface Window {
    exchange(offer: string): Promise<string>;
    call: Call;
    seen: Record<string, string>;
    join(relays?: RTCIceServer[], policy?: RTCIceTransportPolicy): Promise<void>;
    relayedBy(): Promise<string>;
    share(): Promise<void>;
    figures(): Promise<Record<string, number>>;
    frames(mid: string): Promise<number>;
    moreFrames(mid: string, more: number): Promise<number>;
    sending(): Promise<number>;
    lines(): Promise<number>;
    fixed(): Promise<void>;
    longest(seconds: number): Promise<Record<string, number>>;
    speaks(...codecs: string[]): void;
    shown(): Promise<string[]>;
    hum(): MediaStreamTrack | undefined;
    voice(loudness: number): void;
    soundPerSecond(): Promise<number>;
    madeUp(): Promise<number>;
    repaired(): Promise<number>;
    toldLost(): Promise<number>;
  }
}

const stats = async (): Promise<Record<string, unknown>[]> => [...((await window.call.stats())?.values() ?? [])];

function play(stream: MediaStream): void {
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, muted: true, srcObject: stream });
  const sound = new Audio(); // apart from the picture, for which browsers would wait
  Object.assign(sound, { autoplay: true, srcObject: new MediaStream(stream.getAudioTracks()) });
  document.body.append(video, sound);
}

/** Every connection that this page has made. */
const peers: RTCPeerConnection[] = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    peers.push(this);
  }
};

/** A person who hums all the time: a false microphone beeps, and in between browsers send next to nothing. */
let loudness: GainNode | undefined;

window.hum = () => {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  loudness = new GainNode(context, { gain: 0.3 });
  const tone = new OscillatorNode(context, { frequency: 220 });
  tone.connect(loudness).connect(target);
  tone.start();
  return target.stream.getAudioTracks()[0];
};

/** How loud he is from now on, 0 to 1. */
window.voice = (level) => {
  if (loudness) loudness.gain.value = level;
};

/** Make this page one of a browser that knows these codecs of pictures and no others. */
window.speaks = (...codecs) => {
  const known = RTCRtpReceiver.getCapabilities("video");
  const names = ["video/rtx", ...codecs];
  const left = known?.codecs.filter(({ mimeType }) => names.includes(mimeType.toLowerCase())) ?? [];
  const all = RTCRtpReceiver.getCapabilities.bind(RTCRtpReceiver);
  RTCRtpReceiver.getCapabilities = (kind) => (kind === "video" ? { headerExtensions: [], codecs: left } : all(kind));
};

window.join = async (relays = [], policy = "all") => {
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });
  const [microphone, camera] = [window.hum(), devices.getVideoTracks()[0]];
  window.seen = {};
  const exchange = async (offer: string): Promise<Answer> => JSON.parse(await window.exchange(offer)) as Answer;
  const tracks = { microphone: microphone ?? null, camera: camera ?? null };
  window.call = new Call(exchange, tracks, async () => relays, { iceTransportPolicy: policy });
  window.call.on("participant", ({ participantId, slot, stream }) => {
    window.seen[participantId] = String(slot);
    play(stream);
  });
  window.call.on("screen", ({ stream }) => play(stream));
  window.call.connect();
};

window.share = async () => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  let hue = 0;
  setInterval(() => {
    if (context === null) return;
    context.fillStyle = `hsl(${(hue += 7) % 360} 80% 50%)`;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }, 100);
  await window.call.setScreen(canvas.captureStream(10).getVideoTracks()[0] ?? null);
};

window.figures = async () => {
  const found = { frames: 0, audioPackets: 0, audioEnergy: 0, lost: 0 };
  for (const report of await stats()) {
    if (report["type"] !== "inbound-rtp") continue;
    found.lost += Number(report["packetsLost"]);
    if (report["kind"] === "video") found.frames += Number(report["framesDecoded"] ?? 0);
    else {
      found.audioPackets += Number(report["packetsReceived"]);
      found.audioEnergy += Number(report["totalAudioEnergy"] ?? 0);
    }
  }
  return found;
};

/** Codecs of the pictures that are decoded now. */
window.shown = async () => {
  const found = new Map((await stats()).map((report) => [report["id"], report]));
  const pictures = [...found.values()].filter((r) => r["type"] === "inbound-rtp" && Number(r["framesDecoded"]) > 0);
  return pictures.map((report) => String(found.get(report["codecId"])?.["mimeType"]));
};

/** Packets of sound that come within the next second. */
window.soundPerSecond = async () => {
  const before = await heard();
  await new Promise((passed) => setTimeout(passed, 1000));
  return (await heard()).packets - before.packets;
};

/** Samples of sound that were invented so far because none came. */
window.madeUp = async () => (await heard()).concealed;

/** Part of its sound that this browser was told to have been lost. */
window.toldLost = async () => {
  const reports = (await stats()).filter((r) => r["type"] === "remote-inbound-rtp" && r["kind"] === "audio");
  return Math.max(0, ...reports.map((report) => Number(report["fractionLost"] ?? 0)));
};

/** Packets of sound that were made up from what the next one repeats of them. */
window.repaired = async () => {
  const sounds = (await stats()).filter((r) => r["type"] === "inbound-rtp" && r["kind"] === "audio");
  return sounds.reduce((sum, report) => sum + Number(report["fecPacketsReceived"] ?? 0), 0);
};

window.frames = async (mid) => {
  const pictures = (await stats()).filter((r) => r["type"] === "inbound-rtp" && r["kind"] === "video");
  const wanted = pictures.filter((report) => mid === "" || report["mid"] === mid);
  return wanted.reduce((sum, report) => sum + Number(report["framesDecoded"] ?? 0), 0);
};

window.moreFrames = async (mid, more) => {
  const least = (await window.frames(mid)) + more;
  const limit = performance.now() + 120_000;
  while (performance.now() < limit) {
    const now = await window.frames(mid);
    if (now >= least) return now;
    await new Promise((tick) => setTimeout(tick, 50));
  }
  throw new Error(`only ${await window.frames(mid)} of ${least} frames`);
};

/** What the browser speaks with the relay through which it reaches the SFU; empty where it does so itself. */
window.relayedBy = async () => {
  const found = new Map((await stats()).map((report) => [report["id"], report]));
  const transport = [...found.values()].find((report) => report["type"] === "transport");
  const pair = found.get(transport?.["selectedCandidatePairId"]);
  return String(found.get(pair?.["localCandidateId"])?.["relayProtocol"] ?? "");
};

/** Height of the smallest picture that comes now; no limit where none does. */
window.lines = async () => {
  const pictures = (await stats()).filter((r) => r["type"] === "inbound-rtp" && r["frameHeight"] !== undefined);
  return Math.min(...pictures.map((report) => Number(report["frameHeight"])));
};

/** Bits a second of pictures that the browser means to send. */
window.sending = async () => {
  const pictures = (await stats()).filter((r) => r["type"] === "outbound-rtp" && r["kind"] === "video");
  return pictures.reduce((sum, report) => sum + Number(report["targetBitrate"] ?? 0), 0);
};

/** Pictures keep their size, whatever the line takes: fewer of them then, or coarser ones. */
window.fixed = async () => {
  for (const sender of peers.flatMap((peer) => peer.getSenders()).filter(({ track }) => track?.kind === "video")) {
    const parameters: RTCRtpSendParameters & { degradationPreference?: string } = sender.getParameters();
    await sender.setParameters(Object.assign(parameters, { degradationPreference: "maintain-resolution" }));
  }
};

/** What a person would notice within that time: milliseconds without a new frame, without sound, sound made up. */
window.longest = async (seconds) => {
  const begin = performance.now();
  const stood = { frames: new Standstill(begin), sound: new Standstill(begin) };
  const before = await heard();
  let first = -1;
  let frames = 0;
  let lines = Infinity;
  while (performance.now() - begin < seconds * 1000) {
    const [pictures, sound] = [await window.frames(""), await heard()];
    first = first < 0 ? pictures : first;
    frames = pictures;
    lines = Math.min(lines, await window.lines());
    stood.frames.at(pictures, performance.now());
    stood.sound.at(sound.packets, performance.now());
    await new Promise((tick) => setTimeout(tick, 25));
  }
  const after = await heard();
  stood.frames.at(-1, performance.now());
  stood.sound.at(-1, performance.now());
  return {
    freeze_ms: stood.frames.longest,
    audio_gap_ms: stood.sound.longest,
    concealed: (after.concealed - before.concealed) / Math.max(1, after.samples - before.samples),
    frames_per_s: (frames - first) / seconds,
    lines: Number.isFinite(lines) ? lines : 0,
  };
};

/** The longest time for which a counter did not change. */
class Standstill {
  longest = 0;
  private value = -2;

  constructor(private since: number) {}

  at(value: number, now: number): void {
    if (value === this.value) return;
    this.longest = Math.max(this.longest, now - this.since);
    this.value = value;
    this.since = now;
  }
}

async function heard(): Promise<{ packets: number; concealed: number; samples: number }> {
  const total = { packets: 0, concealed: 0, samples: 0 };
  for (const report of await stats()) {
    if (report["type"] !== "inbound-rtp" || report["kind"] !== "audio") continue;
    total.packets += Number(report["packetsReceived"]);
    total.concealed += Number(report["concealedSamples"] ?? 0) - Number(report["silentConcealedSamples"] ?? 0);
    total.samples += Number(report["totalSamplesReceived"] ?? 0);
  }
  return total;
}
