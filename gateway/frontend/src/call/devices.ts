/** Camera, microphone and speaker of this device. */

import { FACE, PAPER, readable } from "./paper.js";

export interface Choice {
  readonly camera?: string;
  readonly microphone?: string;
}

const MICROPHONE: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const REMEMBERED = "devices";
/** In which a camera that follows a wish shows a picture of the new size. */
const SETTLED_MS = 2000;

/** Why a device cannot be used, for the words on the page. */
export type Fault = "denied" | "missing" | "busy" | "unsupported";

export function faultOf(error: unknown): Fault {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "unsupported";
}

export interface Opened {
  readonly stream: MediaStream;
  /** Set where camera or microphone could not be had, though the other may work. */
  readonly fault: Fault | undefined;
}

/** Open both; where that fails, whichever of the two works: a call without a picture is better than none. */
export async function open(choice: Choice = remembered()): Promise<Opened> {
  try {
    return { stream: await request(choice, true, true), fault: undefined };
  } catch (error) {
    const fault = faultOf(error);
    const stream = (await attempt(choice, true, false)) ?? (await attempt(choice, false, true)) ?? new MediaStream();
    return { stream, fault };
  }
}

async function attempt(choice: Choice, audio: boolean, video: boolean): Promise<MediaStream | undefined> {
  return request(choice, audio, video).catch(() => undefined);
}

async function request(choice: Choice, audio: boolean, video: boolean): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: audio && { ...MICROPHONE, ...(choice.microphone && { deviceId: { ideal: choice.microphone } }) },
    video: video && { ...FACE, ...(choice.camera && { deviceId: { ideal: choice.camera } }) },
  });
}

/** One kind of device anew, for a change in mid-call. */
export async function reopen(
  kind: "camera" | "microphone", deviceId: string, wish: MediaTrackConstraints = FACE,
): Promise<MediaStreamTrack | undefined> {
  const exact = { deviceId: { exact: deviceId } };
  const stream = await navigator.mediaDevices.getUserMedia(
    kind === "camera" ? { video: { ...wish, ...exact } } : { audio: { ...MICROPHONE, ...exact } },
  );
  return stream.getTracks()[0];
}

/** A device that was taken away, or another of its kind; undefined while there is none. */
export async function retake(kind: "camera" | "microphone"): Promise<MediaStreamTrack | undefined> {
  const stream = await attempt(remembered(), kind === "microphone", kind === "camera");
  return stream?.getTracks()[0];
}

/**
 * The camera, tuned to papers or to a face: the same track where it follows, a new one where it does not, and the
 * old one where the device gives no more than it gave; undefined where it was lost over it.
 */
export async function tuned(camera: MediaStreamTrack, detail: boolean): Promise<MediaStreamTrack | undefined> {
  const follows = await camera.applyConstraints(detail ? PAPER : FACE).then(() => true, () => false);
  const { deviceId } = camera.getSettings();
  if (!detail || deviceId === undefined || (await gives(camera, follows ? SETTLED_MS : 0))) return camera;
  camera.stop(); // some devices can be opened only once
  return (await reopen("camera", deviceId, PAPER).catch(() => undefined)) ?? reopen("camera", deviceId).catch(() => undefined);
}

/** Whether its pictures can be read: its settings are those of the last picture, which a busy machine gives late. */
async function gives(camera: MediaStreamTrack, within: number): Promise<boolean> {
  const until = performance.now() + within;
  for (;;) {
    const { width = 0, height = 0 } = camera.getSettings();
    if (readable({ width, height })) return true;
    if (performance.now() >= until) return false;
    await new Promise((later) => setTimeout(later, 50));
  }
}

export function remembered(): Choice {
  try {
    return JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}") as Choice;
  } catch {
    return {};
  }
}

export function remember(choice: Choice): void {
  sessionStorage.setItem(REMEMBERED, JSON.stringify({ ...remembered(), ...choice }));
}

/** Fill a list with the devices of one kind; names are known only after leave was given. */
export async function fill(list: HTMLSelectElement, kind: MediaDeviceKind, current: string | undefined): Promise<void> {
  const devices = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === kind);
  list.replaceChildren(
    ...devices.map((device, index) => {
      const name = device.label || `${list.dataset["name"] ?? kind} ${index + 1}`;
      return new Option(name, device.deviceId, false, device.deviceId === current);
    }),
  );
  list.disabled = devices.length < 2;
}

export function currentDevice(stream: MediaStream, kind: "audio" | "video"): string | undefined {
  const [track] = kind === "audio" ? stream.getAudioTracks() : stream.getVideoTracks();
  return track?.getSettings().deviceId;
}
