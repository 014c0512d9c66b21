/** The challenge page: computes the proof of work with a progress bar, then sends the page's form, once. */

import { part, parts, said } from "./call/dom.js";
import type { Challenge, Report, Share, Solution } from "./proof/challenge.js";

const MOST_WORKERS = 4;

class Proof {
  private readonly form = part<HTMLFormElement>("proof");
  private readonly progress = part<HTMLProgressElement>("proof-progress", this.form);
  private readonly again = part("proof-again", this.form);
  private readonly challenge = JSON.parse(said(this.form, "challenge")) as Challenge;
  private readonly end = Number(said(this.form, "tries"));
  private workers: Worker[] = [];
  private tried = 0;

  /** At once; after a proof that was not taken only when the person says so. */
  open(): void {
    if (this.form.hasAttribute("data-at-once")) this.start();
    else this.again.addEventListener("click", (event) => this.clicked(event), { once: true });
  }

  private clicked(event: Event): void {
    event.preventDefault();
    this.start();
  }

  private start(): void {
    this.showWork(true);
    this.say("working");
    const count = Math.min(MOST_WORKERS, Math.max(1, navigator.hardwareConcurrency || 1));
    this.workers = Array.from({ length: count }, (_, first) => this.employ({ ...this.common, first, step: count }));
  }

  private get common(): Pick<Share, "challenge" | "end"> {
    return { challenge: this.challenge, end: this.end };
  }

  private employ(share: Share): Worker {
    const worker = new Worker(said(this.form, "worker"), { type: "module" });
    worker.addEventListener("message", (event: MessageEvent<Report>) => this.take(event.data));
    worker.addEventListener("error", () => this.fail());
    worker.postMessage(share);
    return worker;
  }

  private take(report: Report): void {
    if ("solution" in report) this.send(report.solution);
    else this.show((this.tried += report.tried));
  }

  private show(tried: number): void {
    this.progress.value = tried / this.end;
  }

  /** The same form as before, with the solution; the page of it follows. */
  private send(solution: Solution): void {
    this.dismiss();
    this.show(this.end);
    this.say("done");
    const payload = JSON.stringify({ challenge: this.challenge, solution });
    part<HTMLInputElement>("proof-solution", this.form).value = window.btoa(payload);
    this.form.submit();
  }

  /** The button sends the form without a solution: a new challenge comes. */
  private fail(): void {
    this.dismiss();
    this.say("broken");
    this.showWork(false);
  }

  /** While it computes nothing else is offered: it would be gone before it is used. */
  private showWork(working: boolean): void {
    part("proof-shown", this.form).hidden = !working;
    for (const other of [this.again, ...parts("proof-instead")]) other.hidden = working;
  }

  private dismiss(): void {
    for (const worker of this.workers) worker.terminate();
  }

  private say(what: string): void {
    part("proof-state", this.form).textContent = said(this.form, what);
  }
}

new Proof().open();
