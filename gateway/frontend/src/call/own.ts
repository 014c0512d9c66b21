/** One's own picture and sound, and the buttons for them. */

import { currentDevice, fill, open, remember, reopen, retake, tuned } from "./devices.js";
import { part, parts } from "./dom.js";
import type { Devices } from "./model.js";
import { FACE, PAPER } from "./paper.js";

type Device = "microphone" | "camera";
type Source = Device | "screen";
type Changed = (source: Source, track: MediaStreamTrack | null) => void;

export class Own {
  private readonly picture = part<HTMLVideoElement>("own");
  private readonly cameras = part<HTMLSelectElement>("camera-list");
  private readonly microphones = part<HTMLSelectElement>("microphone-list");
  private readonly tracks: Record<Source, MediaStreamTrack | null> = { microphone: null, camera: null, screen: null };
  /** Taken away by the system, as phones do while they are locked or somebody calls. */
  private readonly taken = new Set<Device>();
  /** Rises with every wish for another device: what an earlier one brings is given back as it comes. */
  private readonly wishes: Record<Source, number> = { microphone: 0, camera: 0, screen: 0 };
  private cameraOn = true;
  private microphoneOn = true;
  private detail = false;
  private changed: Changed = () => undefined;

  constructor(private readonly told: (devices: Devices) => void) {
    this.tool("microphone").addEventListener("click", () => this.toggleMicrophone());
    this.tool("camera").addEventListener("click", () => this.toggleCamera());
    this.tool("screen").addEventListener("click", () => void this.toggleScreen());
    this.tool("settings").addEventListener("click", () => this.toggleSettings());
    this.tool("fullscreen").addEventListener("click", () => void this.toggleFullscreen());
    this.cameras.addEventListener("change", () => void this.change("camera", this.cameras.value));
    this.microphones.addEventListener("change", () => void this.change("microphone", this.microphones.value));
    this.tool("screen").hidden = !("getDisplayMedia" in (navigator.mediaDevices ?? {}));
    this.tool("fullscreen").hidden = !document.fullscreenEnabled;
    document.addEventListener("fullscreenchange", () => this.press("fullscreen", document.fullscreenElement !== null));
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.list().then(() => this.regain()));
    document.addEventListener("visibilitychange", () => void this.regain());
  }

  /** Tracks as they are to be sent now: a device that is off sends nothing at all. */
  get sending(): Readonly<Record<Source, MediaStreamTrack | null>> {
    const { microphone, camera } = this.tracks;
    return { ...this.tracks, microphone: this.microphoneOn ? microphone : null, camera: this.cameraOn ? camera : null };
  }

  onChange(changed: Changed): void {
    this.changed = changed;
  }

  /** Ask for camera and microphone; whatever of the two can be had is used. */
  async open(): Promise<void> {
    if (!navigator.mediaDevices) return this.told("refused");
    const { stream, fault } = await open();
    this.put("microphone", stream.getAudioTracks()[0] ?? null);
    this.put("camera", stream.getVideoTracks()[0] ?? null);
    this.show();
    this.told(fault === undefined ? "ready" : "refused");
    await this.list();
  }

  /** Everything is given back until `open`: another page has the call. */
  release(): void {
    this.taken.clear();
    for (const source of ["microphone", "camera", "screen"] as const) this.wishes[source] += 1;
    this.tracks.screen?.stop();
    this.setScreen(null);
    for (const kind of ["microphone", "camera"] as const) {
      this.tracks[kind]?.stop();
      this.put(kind, null);
    }
    this.show();
  }

  /** The camera is given up for another part of the page; what comes back takes it again. */
  lend(): () => void {
    const had = this.tracks.camera;
    if (had === null) return () => undefined;
    const wish = (this.wishes.camera += 1);
    had.stop(); // some devices can be opened only once
    this.put("camera", null);
    this.show();
    return () => {
      if (wish !== this.wishes.camera) return;
      this.taken.add("camera");
      void this.regain();
    };
  }

  /** Papers are to be read in the picture from now on, or a face is to be seen again; a camera that is off goes on. */
  async setDetail(on: boolean): Promise<void> {
    this.detail = on;
    if (on && !this.cameraOn) this.toggleCamera();
    await this.tune();
    this.show();
  }

  private async tune(): Promise<void> {
    const { camera } = this.tracks;
    if (camera === null) return;
    const fit = (await tuned(camera, this.detail)) ?? null;
    if (fit !== camera) this.put("camera", fit);
  }

  private toggleMicrophone(): void {
    const track = this.tracks.microphone;
    if (!track) return;
    this.microphoneOn = track.enabled = !track.enabled;
    this.press("microphone", track.enabled);
    this.changed("microphone", this.sending.microphone);
  }

  /** Off means that no picture leaves this device; the other side is told by its absence. */
  private toggleCamera(): void {
    const track = this.tracks.camera;
    if (!track) return;
    this.cameraOn = !this.cameraOn;
    track.enabled = this.cameraOn;
    this.changed("camera", this.sending.camera);
    this.show();
  }

  private async toggleScreen(): Promise<void> {
    const shared = this.tracks.screen;
    shared?.stop();
    const wish = (this.wishes.screen += 1);
    const track = shared ? null : await askForScreen();
    if (wish !== this.wishes.screen) return track?.stop();
    track?.addEventListener("ended", () => this.setScreen(null));
    this.setScreen(track);
  }

  private setScreen(track: MediaStreamTrack | null): void {
    this.tracks.screen = track;
    this.press("screen", track !== null);
    this.changed("screen", track);
  }

  private async change(kind: Device, deviceId: string): Promise<void> {
    remember({ [kind]: deviceId });
    const wish = (this.wishes[kind] += 1);
    this.tracks[kind]?.stop(); // some devices can be opened only once
    const track = await reopen(kind, deviceId, this.detail ? PAPER : FACE).catch(() => undefined);
    if (wish !== this.wishes[kind]) return track?.stop();
    this.put(kind, track ?? null);
    this.show();
  }

  /** From now on this one; whoever has switched off the one before it has switched off this one. */
  private put(kind: Device, track: MediaStreamTrack | null): void {
    this.tracks[kind] = track;
    if (track) {
      track.enabled = kind === "camera" ? this.cameraOn : this.microphoneOn;
      track.addEventListener("ended", () => void this.lost(kind, track));
      for (const change of ["mute", "unmute"]) track.addEventListener(change, () => this.show());
    }
    this.changed(kind, this.sending[kind]);
  }

  /** Only the system ends a track in this way; one that we stop tells nothing. */
  private async lost(kind: Device, track: MediaStreamTrack): Promise<void> {
    if (this.tracks[kind] !== track) return;
    this.taken.add(kind);
    this.put(kind, null);
    this.show();
    await this.regain();
  }

  /** Nobody is filmed by a page that he does not see. */
  private async regain(): Promise<void> {
    if (document.visibilityState !== "visible") return;
    for (const kind of [...this.taken]) {
      this.taken.delete(kind);
      const wish = this.wishes[kind];
      const track = await retake(kind);
      if (wish !== this.wishes[kind]) track?.stop();
      else if (track) this.put(kind, track);
      else this.taken.add(kind);
      if (kind === "camera" && this.detail) await this.tune();
    }
    this.show();
  }

  private show(): void {
    const { camera, microphone } = this.tracks;
    if (camera) camera.contentHint = this.detail ? "detail" : "";
    const paused = camera !== null && camera.muted;
    this.picture.srcObject = camera && !paused ? new MediaStream([camera]) : null; // its last picture is no live one
    part("own-paused").hidden = !paused;
    this.press("camera", camera !== null && this.cameraOn);
    this.press("microphone", microphone?.enabled ?? false);
    part("own-off").hidden = camera === null || this.cameraOn;
    part("own-fault").hidden = camera !== null;
    this.tool("detail").disabled = camera === null;
    for (const source of ["camera", "microphone"] as const) this.tool(source).disabled = this.tracks[source] === null;
  }

  private async list(): Promise<void> {
    const stream = new MediaStream(Object.values(this.tracks).filter((track) => track !== null));
    await fill(this.cameras, "videoinput", currentDevice(stream, "video"));
    await fill(this.microphones, "audioinput", currentDevice(stream, "audio"));
  }

  private toggleSettings(): void {
    const panel = part("devices");
    panel.hidden = !panel.hidden;
    this.tool("settings").setAttribute("aria-expanded", String(!panel.hidden));
    this.press("settings", !panel.hidden);
  }

  private async toggleFullscreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await part("call").requestFullscreen();
  }

  private press(name: string, pressed: boolean): void {
    this.tool(name).setAttribute("aria-pressed", String(pressed));
  }

  private tool(name: string): HTMLButtonElement {
    const found = parts<HTMLButtonElement>("tool").find((button) => button.dataset["tool"] === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found;
  }
}

async function askForScreen(): Promise<MediaStreamTrack | null> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true });
    return stream.getVideoTracks()[0] ?? null;
  } catch {
    return null; // the person has changed his mind
  }
}
