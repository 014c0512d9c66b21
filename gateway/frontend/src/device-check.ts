/** The device check: own picture, a meter for the microphone, a sound for the speaker, the network. At any time. */

import { currentDevice, fill, open, remember } from "./call/devices.js";
import type { Choice, Fault } from "./call/devices.js";
import { part, said, showOnly } from "./call/dom.js";
import { client, Refusal, type Client } from "./call/http.js";
import { measure, playTestSound } from "./call/level.js";
import type { Meter } from "./call/level.js";
import { Hearing } from "./check/hearing.js";
import { tryNetwork } from "./check/network.js";
import { Outcome } from "./check/outcome.js";

/** So long somebody may need to say something. */
const LISTEN_MS = 6_000;

class DeviceCheck {
  private stream: MediaStream | undefined;
  /** Of the devices that were asked for last: those of a click before it are given back as they come. */
  private turn = 0;
  private meterNow: Meter | undefined;
  private listening: number | undefined;
  private readonly picture: HTMLVideoElement;
  private readonly camera: HTMLSelectElement;
  private readonly microphone: HTMLSelectElement;
  private readonly meter: HTMLMeterElement;
  private readonly http: Client;
  private readonly outcome: Outcome;

  constructor(private readonly root: HTMLElement) {
    this.picture = part<HTMLVideoElement>("check-picture", root);
    this.camera = part<HTMLSelectElement>("check-camera", root);
    this.microphone = part<HTMLSelectElement>("check-microphone", root);
    this.meter = part<HTMLMeterElement>("check-level", root);
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
    this.http = client(token, said(root, "check-offline"));
    const place = part("check-outcome", root);
    this.outcome = new Outcome(this.http, said(root, "check-url"), said(root, "check-keep-url"), place, (sentence) => this.refuse(sentence));
    this.listen();
    if (root.hasAttribute("data-check-at-once")) void this.start();
  }

  private listen(): void {
    part("check-start", this.root).addEventListener("click", () => void this.start());
    part("check-speaker", this.root).addEventListener("click", () => void this.play());
    part("check-heard", this.root).addEventListener("click", () => this.heard(true));
    part("check-not-heard", this.root).addEventListener("click", () => this.heard(false));
    part("check-network", this.root).addEventListener("click", () => void this.network());
    this.picture.addEventListener("loadeddata", () => this.outcome.add({ camera: "works" }));
    this.camera.addEventListener("change", () => this.choose({ camera: this.camera.value }));
    this.microphone.addEventListener("change", () => this.choose({ microphone: this.microphone.value }));
    window.addEventListener("pagehide", () => this.stop());
  }

  private choose(choice: Choice): void {
    remember(choice);
    void this.start();
  }

  private async start(): Promise<void> {
    this.stop();
    this.show("asking");
    if (!("mediaDevices" in navigator)) return this.unsupported();
    const turn = this.turn;
    const { stream, fault } = await open();
    if (turn !== this.turn) return stopAll(stream);
    this.stream = stream;
    this.picture.srcObject = stream;
    this.weigh(stream);
    await fill(this.camera, "videoinput", currentDevice(stream, "video"));
    await fill(this.microphone, "audioinput", currentDevice(stream, "audio"));
    this.show(fault ?? "ready");
    if (fault !== undefined) this.lacks(stream, fault);
    this.root.classList.add("app-check--started");
  }

  /** Listen for a while; a microphone that is heard later on works as well. */
  private weigh(stream: MediaStream): void {
    if (stream.getAudioTracks().length === 0) return;
    const hearing = new Hearing();
    const meter = measure(stream, (level) => {
      this.meter.value = level;
      hearing.hear(level);
      if (hearing.verdict(true) === "works") this.outcome.add({ microphone: "works" });
    });
    this.meterNow = meter;
    this.listening = window.setTimeout(() => this.outcome.add({ microphone: hearing.verdict(meter.works) }), LISTEN_MS);
  }

  private lacks(stream: MediaStream, fault: Fault): void {
    if (stream.getVideoTracks().length === 0) this.outcome.add({ camera: fault });
    if (stream.getAudioTracks().length === 0) this.outcome.add({ microphone: fault });
  }

  private unsupported(): void {
    this.show("unsupported");
    this.outcome.add({ camera: "unsupported", microphone: "unsupported" });
  }

  private async play(): Promise<void> {
    part("check-ask", this.root).hidden = true;
    const played = await playTestSound();
    part("check-ask", this.root).hidden = !played;
    part("check-mute", this.root).hidden = played;
  }

  private heard(yes: boolean): void {
    part("check-ask", this.root).hidden = true;
    this.outcome.add({ speaker: yes ? "heard" : "not_heard" });
  }

  private async network(): Promise<void> {
    const button = part<HTMLButtonElement>("check-network", this.root);
    button.disabled = true;
    this.refuse("");
    showOnly("check-line", "running", this.root);
    try {
      this.outcome.add(await tryNetwork(this.http, said(this.root, "check-url")));
      showOnly("check-line", "done", this.root);
    } catch (error) {
      showOnly("check-line", "refused", this.root);
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.sentence);
    } finally {
      button.disabled = false;
    }
  }

  private refuse(sentence: string): void {
    part("check-refusal", this.root).textContent = sentence;
  }

  private show(state: string): void {
    showOnly("check-state", state, this.root);
  }

  private stop(): void {
    this.turn += 1;
    window.clearTimeout(this.listening);
    this.meterNow?.stop();
    this.meterNow = undefined;
    if (this.stream) stopAll(this.stream);
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

const root = document.querySelector<HTMLElement>("[data-device-check]");
if (root) new DeviceCheck(root);
