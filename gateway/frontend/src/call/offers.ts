/** Offers of this page to the room's SFU, under a name of its own: a newer page of the same person is told apart. */

import { Busy, readAnswer, readWait, Refused } from "../signalling/index.js";
import type { Answer } from "../signalling/index.js";
import type { Client } from "./http.js";
import { Refusal } from "./http.js";

export class Offers {
  /** What the server says where it refuses for good. */
  refusal = "";
  private readonly page = crypto.randomUUID();
  /** It has been connected: coming back it does not take the call from a newer page. */
  private resumes = false;
  /** Its reader has asked for the call. */
  private takes = false;
  private epoch = 0;

  constructor(
    private readonly http: Client,
    private readonly url: string,
    private readonly version: () => number,
    /** It waited for the call, and nobody looks at it: of several pages that begin together it yields to the others. */
    private readonly unwatched: () => boolean,
  ) {}

  /** The next one takes the call, whichever page of this person has it. */
  takeBack(): void {
    this.resumes = false;
    this.takes = true;
  }

  /** Whether a page of this name is this one. */
  isMine(page: string): boolean {
    return page === this.page;
  }

  /** Whether a placement that is over is not that of the latest answer. */
  isBehind(epoch = 0): boolean {
    return epoch > 0 && this.epoch > epoch;
  }

  /** Rejects with `Refused` where asking again is useless, with `Busy` where all lines are taken. */
  async send(sdp: string, signal: AbortSignal): Promise<Answer> {
    const resumes = this.resumes || (!this.takes && this.unwatched());
    const body = { sdp, version: this.version(), page: this.page, resumes };
    try {
      return this.answered(await this.http.post(this.url, body, signal));
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryable || error.code === "StaleVersion") throw error;
      this.refusal = error.sentence;
      throw new Refused(error.code);
    }
  }

  private answered(document: unknown): Answer {
    const wait = readWait(document);
    if (wait !== undefined) throw new Busy(wait.ahead, wait.again_ms);
    const answer = readAnswer(document);
    this.resumes = true;
    this.epoch = answer.epoch ?? 0;
    return answer;
  }
}
