/** Files on their way, as a page shows them: a row for each with its progress, its reason and its buttons. */

import { fileSize, filled, part, said } from "../call/dom.js";
import { Refusal } from "../call/http.js";
import { isOver, UploadQueue, type Count, type Fault, type Job, type Send } from "./upload-queue.js";

export class UploadList<T extends { readonly file: File }> {
  private readonly panel = part("uploads");
  private readonly list = part("uploads-list");
  private readonly state = part("uploads-state");
  private readonly rows = new Map<Job<T>, HTMLElement>();
  private readonly queue: UploadQueue<T>;

  /** `words` has the sentences; `changed` is told of every change. */
  constructor(
    private readonly words: HTMLElement,
    send: Send<T>,
    private readonly changed: (job: Job<T>, count: Count) => void = () => undefined,
  ) {
    this.queue = new UploadQueue<T>(send, (job) => this.show(job), (error) => this.why(error));
  }

  get busy(): boolean {
    return this.queue.count().busy;
  }

  /** Queue one; what can be refused without asking the server is, and each attempt has the same key. */
  add(item: T): void {
    this.panel.hidden = false;
    this.queue.add(item, crypto.randomUUID(), this.fault(item.file));
  }

  bringIntoView(): void {
    this.panel.scrollIntoView({ block: "nearest" });
  }

  /** One row is over with; a focus that was in it goes to the list. */
  drop(job: Job<T>): void {
    const row = this.rows.get(job);
    if (row?.contains(document.activeElement)) this.panel.focus();
    row?.remove();
    this.rows.delete(job);
  }

  /** What is over was read before the next files are chosen, and counts no more. */
  dropEnded(): void {
    for (const job of this.queue.jobs.filter(isOver)) {
      this.drop(job);
      this.queue.forget(job);
    }
  }

  private fault(file: File): string {
    return file.size > Number(said(this.words, "max-bytes")) ? said(this.words, "too-large") : "";
  }

  private why(error: unknown): Fault {
    if (!(error instanceof Refusal)) return { sentence: said(this.words, "offline"), repeatable: true };
    return { sentence: error.sentence, repeatable: error.retryable || error.code === "cancelled" };
  }

  private show(job: Job<T>): void {
    const row = this.rows.get(job) ?? this.added(job);
    const bar = part<HTMLProgressElement>("upload-progress", row);
    row.setAttribute("data-state", job.state);
    part("upload-state", row).textContent = this.saying(job);
    bar.value = job.share;
    bar.hidden = job.state !== "sending" && job.state !== "checking";
    offer(row, job.state === "waiting" || job.state === "sending", job.repeatable);
    const count = this.queue.count();
    this.summarize(count);
    this.changed(job, count);
  }

  private added(job: Job<T>): HTMLElement {
    const { name, size } = job.item.file;
    const row = filled(part<HTMLTemplateElement>("template-upload"), { name, size: fileSize(size) });
    part("upload-progress", row).setAttribute("aria-label", name);
    part("upload-cancel", row).addEventListener("click", () => this.queue.cancel(job));
    part("upload-again", row).addEventListener("click", () => this.queue.again(job));
    this.rows.set(job, row);
    this.list.append(row);
    return row;
  }

  private saying(job: Job<T>): string {
    if (job.state === "sending") return `${Math.round(job.share * 100)} %`;
    return job.sentence || said(this.words, job.state);
  }

  /** Told to screen readers when a file has arrived or has not, not with every per cent. */
  private summarize({ all, done, failed }: Count): void {
    const words = [said(this.words, "count").replace("{done}", String(done)).replace("{all}", String(all))];
    if (failed > 0) words.push(said(this.words, "failed-count").replace("{failed}", String(failed)));
    const sentence = words.join(", ");
    if (this.state.textContent !== sentence) this.state.textContent = sentence;
  }
}

/** Show the one button, the other, or none; the focus does not vanish with its own. */
function offer(row: HTMLElement, canCancel: boolean, canRepeat: boolean): void {
  const focused = document.activeElement;
  const cancel = part("upload-cancel", row);
  const again = part("upload-again", row);
  cancel.hidden = !canCancel;
  again.hidden = !canRepeat;
  if (focused !== cancel && focused !== again) return;
  (canCancel ? cancel : canRepeat ? again : row).focus();
}
