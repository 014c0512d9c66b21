/** The agent's look at a paper: enlarge, move, and hold a still picture. It stays on this page and goes nowhere. */

import { optional, part, parts } from "./dom.js";
import { isWhole, moved, WHOLE, zoomed } from "./lens.js";
import type { Lens, Spot } from "./lens.js";

const STEP = 1.5;
const PUSH = 0.15;
const WHEEL = 0.002;
const KEYS: Readonly<Record<string, (lens: Lens) => Lens>> = {
  "+": (lens) => zoomed(lens, STEP),
  "-": (lens) => zoomed(lens, 1 / STEP),
  "0": () => WHOLE,
  ArrowLeft: (lens) => moved(lens, PUSH, 0),
  ArrowRight: (lens) => moved(lens, -PUSH, 0),
  ArrowUp: (lens) => moved(lens, 0, PUSH),
  ArrowDown: (lens) => moved(lens, 0, -PUSH),
};
const BUTTONS: Readonly<Record<string, string>> = { "zoom-in": "+", "zoom-out": "-", "zoom-reset": "0" };

export class Magnifier {
  private readonly stage = part("stage-area");
  private readonly remote = part<HTMLVideoElement>("remote");
  private readonly screen = part<HTMLVideoElement>("screen");
  private readonly still = part<HTMLCanvasElement>("still");
  private readonly words = part("still-words");
  private readonly scale = part("zoom-words");
  private readonly fingers = new Map<number, Spot>();
  private lens = WHOLE;

  constructor(private readonly tools: HTMLElement) {
    tools.addEventListener("keydown", (event) => this.key(event));
    for (const button of parts<HTMLButtonElement>("magnify", tools)) {
      button.addEventListener("click", () => this.press(button.dataset["magnify"] ?? ""));
    }
    part("thaw").addEventListener("click", () => this.thaw(true));
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("pointerdown", (event) => this.touch(event));
    this.stage.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.stage.addEventListener(end, (event) => this.fingers.delete(event.pointerId));
    }
    // Another person's picture is another picture: no still one may stand for it.
    for (const video of [this.remote, this.screen]) video.addEventListener("emptied", () => this.thaw(false));
  }

  private press(name: string): void {
    if (name === "freeze") this.freeze();
    else this.look(KEYS[BUTTONS[name] ?? ""]?.(this.lens) ?? this.lens);
  }

  private key(event: KeyboardEvent): void {
    const change = KEYS[event.key];
    if (change === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.look(change(this.lens));
  }

  /** A picture that is whole leaves the wheel to the page, unless the gesture is the browser's own for zoom. */
  private wheel(event: WheelEvent): void {
    if (isWhole(this.lens) && !event.ctrlKey) return;
    event.preventDefault();
    this.look(zoomed(this.lens, Math.exp(-event.deltaY * WHEEL), this.spot(event)));
  }

  private touch(event: PointerEvent): void {
    if (event.target instanceof Element && event.target.closest("button, a")) return;
    this.fingers.set(event.pointerId, this.spot(event));
    this.stage.setPointerCapture(event.pointerId); // its end is heard wherever it is
  }

  private move(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    const [other] = [...this.fingers].filter(([id]) => id !== event.pointerId).map(([, spot]) => spot);
    const now = this.spot(event);
    this.fingers.set(event.pointerId, now);
    if (other) this.look(zoomed(this.lens, distance(now, other) / Math.max(0.01, distance(before, other)), other));
    else this.look(moved(this.lens, now.x - before.x, now.y - before.y));
  }

  private spot(event: MouseEvent): Spot {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return { x: (event.clientX - left) / width - 0.5, y: (event.clientY - top) / height - 0.5 };
  }

  private look(lens: Lens): void {
    this.lens = lens;
    const { scale, x, y } = lens;
    const transform = isWhole(lens) ? "" : `translate(${x * 100}%, ${y * 100}%) scale(${scale})`;
    for (const picture of [this.remote, this.screen, this.still]) picture.style.transform = transform;
    this.stage.toggleAttribute("data-enlarged", !isWhole(lens));
    this.scale.textContent = isWhole(lens) ? "" : `${Math.round(scale * 100)} %`;
  }

  /** What is seen at this moment stands; words say so for as long as it does. */
  private freeze(): void {
    const source = this.screen.hidden ? this.remote : this.screen;
    if (!this.still.hidden) return this.thaw(true);
    if (source.videoWidth === 0) return;
    Object.assign(this.still, { width: source.videoWidth, height: source.videoHeight });
    this.still.getContext("2d")?.drawImage(source, 0, 0);
    this.showStill(true);
    part("thaw").focus();
  }

  private thaw(byHand: boolean): void {
    if (this.still.hidden) return;
    this.showStill(false);
    Object.assign(this.still, { width: 0, height: 0 }); // nothing of it is kept
    if (byHand) this.freezer().focus();
  }

  private showStill(on: boolean): void {
    this.still.hidden = this.words.hidden = !on;
    this.freezer().setAttribute("aria-pressed", String(on));
  }

  private freezer(): HTMLButtonElement {
    return part<HTMLButtonElement>('magnify="freeze"', this.tools);
  }
}

/** Only the agent's page has one. */
export function magnifier(): void {
  const tools = optional("magnifier");
  if (tools) new Magnifier(tools);
}

function distance(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
