/** "Show a document": one's own camera gives a picture in which print can be read, and the others are told. */

import { part, showOnly } from "./dom.js";
import type { Client } from "./http.js";
import type { Line } from "./line.js";
import type { Own } from "./own.js";
import { readable } from "./paper.js";
import type { RoomEvent } from "../signalling/index.js";

export class Showing {
  private readonly button = part<HTMLButtonElement>('tool="detail"');
  private readonly picture = part<HTMLVideoElement>("own");
  private readonly words = part("detail-words");
  private on = false;

  constructor(
    private readonly http: Client,
    private readonly url: string,
    private readonly own: Own,
    private readonly line: Line,
  ) {
    this.button.addEventListener("click", () => void this.toggle());
    this.picture.addEventListener("resize", () => this.say()); // the size that the camera really gives
  }

  /** Who connects anew, oneself among them, has heard of nothing before. */
  take(event: RoomEvent): void {
    if (this.on && event.type === "connected") this.tell();
  }

  private async toggle(): Promise<void> {
    this.on = !this.on;
    this.button.setAttribute("aria-pressed", String(this.on));
    part("call").toggleAttribute("data-detail-on", this.on);
    this.say();
    this.tell();
    await Promise.all([this.own.setDetail(this.on), this.line.setDetail(this.on)]);
    this.say();
  }

  private say(): void {
    this.words.hidden = !this.on;
    const { videoWidth: width, videoHeight: height } = this.picture;
    if (!this.on || width === 0) return;
    part("detail-size").textContent = `${width} × ${height}`;
    showOnly("detail-gives", readable({ width, height }) ? "enough" : "little", this.words);
  }

  /** A hint and no more: without it the picture is as sharp, and the next one who connects brings it again. */
  private tell(): void {
    this.http.post(this.url, { on: this.on }).catch(() => undefined);
  }
}
