/** The device check: own picture, a meter for the microphone, a sound for the speaker. Possible at any time. */

import { currentDevice, fill, open, remember } from "./call/devices.js";
import type { Choice } from "./call/devices.js";
import { part, showOnly } from "./call/dom.js";
import { measure, playTestSound } from "./call/level.js";

class DeviceCheck {
  private stream: MediaStream | undefined;
  private stopMeter: () => void = () => undefined;
  private readonly picture: HTMLVideoElement;
  private readonly camera: HTMLSelectElement;
  private readonly microphone: HTMLSelectElement;
  private readonly meter: HTMLMeterElement;

  constructor(private readonly root: HTMLElement) {
    this.picture = part<HTMLVideoElement>("check-picture", root);
    this.camera = part<HTMLSelectElement>("check-camera", root);
    this.microphone = part<HTMLSelectElement>("check-microphone", root);
    this.meter = part<HTMLMeterElement>("check-level", root);
    part("check-start", root).addEventListener("click", () => void this.start());
    part("check-speaker", root).addEventListener("click", () => void playTestSound());
    this.camera.addEventListener("change", () => this.choose({ camera: this.camera.value }));
    this.microphone.addEventListener("change", () => this.choose({ microphone: this.microphone.value }));
    window.addEventListener("pagehide", () => this.stop());
    if (root.hasAttribute("data-check-at-once")) void this.start();
  }

  private choose(choice: Choice): void {
    remember(choice);
    void this.start();
  }

  private async start(): Promise<void> {
    this.stop();
    this.show("asking");
    if (!("mediaDevices" in navigator)) return this.show("unsupported");
    const { stream, fault } = await open();
    this.stream = stream;
    this.picture.srcObject = stream;
    this.stopMeter = measure(stream, (level) => (this.meter.value = level));
    await fill(this.camera, "videoinput", currentDevice(stream, "video"));
    await fill(this.microphone, "audioinput", currentDevice(stream, "audio"));
    this.show(fault ?? "ready");
    this.root.classList.add("app-check--started");
  }

  private show(state: string): void {
    showOnly("check-state", state, this.root);
  }

  private stop(): void {
    this.stopMeter();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
  }
}

const root = document.querySelector<HTMLElement>("[data-device-check]");
if (root) new DeviceCheck(root);
