// The bare page of the worker's tests: joins with fake devices and tells figures.

import { Call, type Answer } from "../../../gateway/frontend/src/signalling/index";

declare global {
  interface Window {
    exchange(offer: string): Promise<string>;
    call: Call;
    seen: Record<string, string>;
    join(): Promise<void>;
    share(): Promise<void>;
    figures(): Promise<Record<string, number>>;
    frames(mid: string): Promise<number>;
    moreFrames(mid: string, more: number): Promise<number>;
  }
}

const stats = async (): Promise<Record<string, unknown>[]> => [...((await window.call.stats())?.values() ?? [])];

function play(stream: MediaStream): void {
  const video = document.createElement("video");
  Object.assign(video, { autoplay: true, srcObject: stream });
  document.body.append(video);
}

window.join = async () => {
  const devices = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } });
  const [microphone, camera] = [devices.getAudioTracks()[0], devices.getVideoTracks()[0]];
  window.seen = {};
  window.call = new Call(async (offer) => JSON.parse(await window.exchange(offer)) as Answer, {
    microphone: microphone ?? null,
    camera: camera ?? null,
  });
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

window.frames = async (mid) => {
  const pictures = (await stats()).filter((r) => r["type"] === "inbound-rtp" && r["kind"] === "video");
  const wanted = pictures.filter((report) => mid === "" || report["mid"] === mid);
  return wanted.reduce((sum, report) => sum + Number(report["framesDecoded"] ?? 0), 0);
};

window.moreFrames = async (mid, more) => {
  const least = (await window.frames(mid)) + more;
  const limit = performance.now() + 20_000;
  while (performance.now() < limit) {
    const now = await window.frames(mid);
    if (now >= least) return now;
    await new Promise((tick) => setTimeout(tick, 50));
  }
  throw new Error(`only ${await window.frames(mid)} of ${least} frames`);
};
