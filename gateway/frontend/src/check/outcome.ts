/** What was found, kept by the server and shown in its words. */

import { Refusal, type Client } from "../call/http.js";
import type { CheckFindings } from "../signalling/wire.js";

/** Several findings that come together are told together. */
const TOGETHER_MS = 300;

export class Outcome {
  private findings: CheckFindings = {};
  private timer: number | undefined;
  private telling: Promise<void> = Promise.resolve();

  constructor(
    private readonly http: Client,
    private readonly url: string,
    private readonly keepUrl: string,
    private readonly place: HTMLElement,
    private readonly refused: (sentence: string) => void,
  ) {}

  /** Add to what was found; the same again is not told again. */
  add(found: CheckFindings): void {
    const now = { ...this.findings, ...found };
    if (JSON.stringify(now) === JSON.stringify(this.findings)) return;
    this.findings = now;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.telling = this.telling.then(() => this.tell())), TOGETHER_MS);
  }

  private async tell(): Promise<void> {
    try {
      await this.http.post(this.keepUrl, this.findings);
      await this.show();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refused(error.sentence);
    }
  }

  private async show(): Promise<void> {
    const response = await fetch(this.url, { redirect: "error" }).catch(() => undefined);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
    this.place.replaceChildren(...fresh.childNodes);
  }
}
