/** The dialogue in which a paper is photographed: what the camera sees, the picture, a word where it is blurred. */

import { clockTime, part, said, showOnly } from "../call/dom.js";
import { readable } from "../call/paper.js";
import { PaperCamera, type Borrow } from "./camera.js";
import { fileOf, grayOf, opened, still } from "./pictures.js";
import { isBlurred } from "./sharpness.js";
import { advance, BEGIN, isFull, type Fact, type State } from "./steps.js";

export type Take = (file: File) => void;

export class Capture {
  private readonly dialog = part<HTMLDialogElement>("capture");
  private readonly live = part<HTMLVideoElement>("capture-live", this.dialog);
  private readonly app = part<HTMLInputElement>("capture-app", this.dialog);
  private readonly camera: PaperCamera;
  private state: State = BEGIN;
  private sides: HTMLCanvasElement[] = [];
  private picture: HTMLCanvasElement | undefined;
  private take: Take = () => undefined;

  constructor(borrow?: Borrow) {
    this.camera = new PaperCamera(borrow);
    this.on("capture-take", () => this.look(still(this.live)));
    this.on("capture-again", () => this.learn("again"));
    this.on("capture-use", () => this.use());
    this.on("capture-other-side", () => this.learn("other-side"));
    this.on("capture-send", () => void this.send());
    this.on("capture-cancel", () => this.dialog.close());
    this.app.addEventListener("change", () => void this.choose());
    this.dialog.addEventListener("close", () => this.end());
  }

  /** Photograph a paper for `take`, which is told nothing when it is given up. */
  open(take: Take): void {
    this.take = take;
    this.sides = [];
    this.dialog.showModal();
    this.to(BEGIN);
  }

  private on(name: string, done: () => void): void {
    for (const button of this.dialog.querySelectorAll(`[data-${name}]`)) button.addEventListener("click", done);
  }

  private learn(fact: Fact): void {
    this.to(advance(this.state, fact));
  }

  private to(state: State): void {
    this.state = state;
    showOnly("capture-step", state.step, this.dialog);
    showOnly("capture-side", state.kept === 0 ? "front" : "back", this.dialog);
    part("capture-other-side", this.dialog).hidden = isFull(state);
    if (state.step === "none") this.camera.close(this.live); // for the program that has it, or is to have it
    if (state.step === "opening") void this.begin();
    if (state.step === "more") this.showKept();
    this.dialog.querySelector<HTMLElement>(`[data-capture-step="${state.step}"] [data-capture-first]`)?.focus();
  }

  private async begin(): Promise<void> {
    const fault = await this.camera.open(this.live, () => this.learn("refused"));
    if (fault === "closed") return;
    if (fault === "open") return this.learn("opened");
    showOnly("capture-fault", fault === "denied" || fault === "busy" ? fault : "missing", this.dialog);
    this.learn("refused");
  }

  /** What the phone's own camera program has brought. */
  private async choose(): Promise<void> {
    const file = this.app.files?.[0];
    this.app.value = "";
    if (!file) return;
    try {
      this.look(await opened(file));
    } catch {
      showOnly("capture-fault", "unreadable", this.dialog);
      this.learn("unreadable");
    }
  }

  private look(picture: HTMLCanvasElement): void {
    this.picture = picture;
    const blurred = isBlurred(grayOf(picture));
    part("capture-blurred", this.dialog).hidden = !blurred;
    part("capture-small", this.dialog).hidden = blurred || readable(picture);
    part("capture-good", this.dialog).hidden = blurred || !readable(picture);
    showOnly("capture-use-words", blurred ? "anyway" : "good", this.dialog);
    this.show("capture-still", [picture]);
    this.learn("taken");
    this.advise(blurred ? "capture-again" : "capture-use");
  }

  /** Of the two buttons under a picture one stands out, and has the focus. */
  private advise(name: string): void {
    for (const one of ["capture-use", "capture-again"]) {
      const button = part(one, part('capture-step="look"', this.dialog));
      button.classList.toggle("govuk-button--secondary", one !== name);
      if (one === name) button.focus();
    }
  }

  private use(): void {
    if (this.picture === undefined) return;
    this.sides.push(this.picture);
    this.picture = undefined;
    this.learn("used");
  }

  private showKept(): void {
    this.show("capture-kept", this.sides);
  }

  private show(name: string, pictures: readonly HTMLCanvasElement[]): void {
    const alt = said(this.dialog, "picture");
    for (const picture of pictures) {
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", alt);
    }
    part(name, this.dialog).replaceChildren(...pictures);
  }

  private async send(): Promise<void> {
    const name = `${said(this.dialog, "name")} ${clockTime(new Date().toISOString()).replace(":", ".")}.jpg`;
    const file = await fileOf(this.sides, name);
    this.dialog.close();
    this.take(file);
  }

  /** Nothing of it stays in the page, and the camera is off. */
  private end(): void {
    this.camera.close(this.live);
    this.picture = undefined;
    this.sides = [];
    for (const name of ["capture-still", "capture-kept"]) part(name, this.dialog).replaceChildren();
  }
}

/** Buttons that open it, for whoever has a camera; what is photographed is handed to `take` with its form. */
export function offerCapture(capture: Capture, form: HTMLFormElement, take: Take): void {
  const button = part("capture-open", form);
  button.hidden = false;
  button.addEventListener("click", () => capture.open(take));
}
