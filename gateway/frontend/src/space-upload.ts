/** Several documents into a space: with scripts each has its progress and can be cancelled. */

import { fileSize, filled, optional, part, said } from "./call/dom.js";
import { Refusal } from "./call/http.js";
import { send } from "./call/upload.js";
import { UploadQueue, type Fault, type Job, type Transfer } from "./page/upload-queue.js";

interface Item {
  readonly file: File;
  readonly fields: Readonly<Record<string, string>>;
}

class SpaceUpload {
  private readonly field: HTMLInputElement;
  private readonly folder: HTMLInputElement | HTMLSelectElement;
  private readonly panel = part("uploads");
  private readonly list = part("uploads-list");
  private readonly state = part("uploads-state");
  private readonly queue: UploadQueue<Item>;
  private readonly rows = new Map<Job<Item>, HTMLElement>();

  constructor(private readonly form: HTMLFormElement) {
    this.field = part<HTMLInputElement>("upload-file", form);
    this.folder = form.elements.namedItem("folder") as HTMLInputElement | HTMLSelectElement;
    this.field.multiple = !form.hasAttribute("data-one-file");
    this.queue = new UploadQueue<Item>(
      (item, key, progress) => this.begin(item, key, progress),
      (job) => this.show(job),
      (error) => this.why(error),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.queue.count().busy) event.preventDefault();
    });
  }

  /** Queue what is chosen, for the folder that is chosen now. */
  private take(): void {
    const files = [...(this.field.files ?? [])];
    const faults = [
      complain(this.folder, this.folder.value ? "" : said(this.form, "choose-folder")),
      complain(this.field, files.length > 0 ? "" : said(this.form, "choose")),
    ];
    const wrong = faults.find((fault) => fault !== undefined);
    if (wrong) return wrong.focus();
    const fields = this.fields();
    this.panel.hidden = false;
    part("upload-room").hidden = true; // what it says is over with the first file
    this.field.value = "";
    for (const file of files) this.queue.add({ file, fields }, crypto.randomUUID(), this.fault(file));
    this.panel.scrollIntoView({ block: "nearest" });
  }

  private why(error: unknown): Fault {
    if (!(error instanceof Refusal)) return { sentence: said(this.form, "offline"), repeatable: true };
    return { sentence: error.sentence, repeatable: error.retryable || error.code === "cancelled" };
  }

  private fault(file: File): string {
    return file.size > Number(said(this.form, "max-bytes")) ? said(this.form, "too-large") : "";
  }

  private fields(): Record<string, string> {
    const entries = [...new FormData(this.form)];
    return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  }

  private begin(item: Item, key: string, progress: (share: number) => void): Transfer {
    const fields = { ...item.fields, request_key: key };
    const sending = send(this.form.action, item.file, fields, progress, said(this.form, "offline"));
    const done = sending.done.then((answer) => String((answer as Record<string, unknown>)["told"] ?? ""));
    return { done, cancel: () => sending.cancel() };
  }

  private show(job: Job<Item>): void {
    const row = this.rows.get(job) ?? this.added(job);
    const bar = part<HTMLProgressElement>("upload-progress", row);
    row.setAttribute("data-state", job.state);
    part("upload-state", row).textContent = this.words(job);
    bar.value = job.share;
    bar.hidden = job.state !== "sending" && job.state !== "checking";
    const isOnItsWay = job.state === "waiting" || job.state === "sending";
    offer(row, isOnItsWay, job.repeatable);
    this.summarize();
  }

  private added(job: Job<Item>): HTMLElement {
    const { name, size } = job.item.file;
    const row = filled(part<HTMLTemplateElement>("template-upload"), { name, size: fileSize(size) });
    part("upload-progress", row).setAttribute("aria-label", name);
    part("upload-cancel", row).addEventListener("click", () => this.queue.cancel(job));
    part("upload-again", row).addEventListener("click", () => this.queue.again(job));
    this.rows.set(job, row);
    this.list.append(row);
    return row;
  }

  private words(job: Job<Item>): string {
    if (job.state === "sending") return `${Math.round(job.share * 100)} %`;
    return job.sentence || said(this.form, job.state);
  }

  /** Told to screen readers when a file has arrived or has not, not with every per cent. */
  private summarize(): void {
    const { all, done, failed, busy } = this.queue.count();
    const words = [said(this.form, "count").replace("{done}", String(done)).replace("{all}", String(all))];
    if (failed > 0) words.push(said(this.form, "failed-count").replace("{failed}", String(failed)));
    const sentence = words.join(", ");
    if (this.state.textContent !== sentence) this.state.textContent = sentence;
    const way = optional("uploads-done");
    if (way) way.hidden = busy || done === 0;
  }
}

/** Put a sentence at a field, or take it away; answers with the field that has one. */
function complain(field: HTMLElement, sentence: string): HTMLElement | undefined {
  const group = field.closest(".govuk-form-group");
  const id = `${field.id}-error`;
  document.getElementById(id)?.remove();
  group?.classList.toggle("govuk-form-group--error", sentence !== "");
  const described = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (sentence !== "") {
    const words = Object.assign(document.createElement("p"), { id, className: "govuk-error-message", textContent: sentence });
    field.before(words);
    described.push(id);
  }
  field.setAttribute("aria-describedby", described.join(" "));
  return sentence === "" ? undefined : field;
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

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-space-upload]")) new SpaceUpload(form);
