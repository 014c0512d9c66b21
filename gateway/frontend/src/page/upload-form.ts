/** A form with one file: with scripts it shows progress and can be stopped, without them it posts. */

import { part, said } from "../call/dom.js";
import { Refusal } from "../call/http.js";
import { send, type Sending } from "../call/upload.js";

export class UploadForm {
  private readonly field: HTMLInputElement;
  private readonly bar: HTMLProgressElement;
  private readonly fault: HTMLElement;
  private readonly state: HTMLElement;
  private readonly stop: HTMLElement;
  private sending: Sending | undefined;

  constructor(private readonly form: HTMLFormElement, private readonly sent: () => void) {
    this.field = part<HTMLInputElement>("upload-file", form);
    this.bar = part<HTMLProgressElement>("upload-progress", form);
    this.fault = part("upload-fault", form);
    this.state = part("upload-state", form);
    this.stop = part("upload-cancel", form);
    this.stop.addEventListener("click", () => this.sending?.cancel());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = this.field.files?.[0];
      if (file) void this.take(file);
      else this.fail(said(form, "choose"));
    });
  }

  /** Send this one, whatever is chosen. */
  async take(file: File): Promise<void> {
    if (this.sending) return;
    const limit = Number(said(this.form, "max-bytes"));
    if (limit && file.size > limit) return this.fail(said(this.form, "too-large"));
    this.fail("");
    this.sending = send(this.form.action, file, this.fields(), (share) => this.show(share), said(this.form, "offline"));
    this.busy(true);
    try {
      await this.sending.done;
      this.form.reset();
      this.state.textContent = said(this.form, "sent");
      this.sent();
    } catch (error) {
      this.failed(error);
    }
    this.sending = undefined;
    this.busy(false);
  }

  private failed(error: unknown): void {
    const stopped = error instanceof Refusal && error.code === "cancelled";
    this.fail(stopped ? "" : error instanceof Refusal ? error.sentence : said(this.form, "offline"));
    if (stopped) this.state.textContent = said(this.form, "cancelled");
  }

  /** Everything in the form but the file. */
  private fields(): Record<string, string> {
    const texts = [...new FormData(this.form)].filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return Object.fromEntries(texts);
  }

  /** What has wholly left cannot be stopped any more. */
  private show(share: number): void {
    this.bar.value = share;
    this.stop.hidden = share === 1;
    this.state.textContent = share < 1 ? `${Math.round(share * 100)} %` : said(this.form, "checking");
  }

  private busy(busy: boolean): void {
    this.bar.hidden = !busy;
    this.bar.value = 0;
    this.stop.hidden = !busy;
    this.field.disabled = busy;
    for (const button of this.form.querySelectorAll("button")) button.disabled = busy && button !== this.stop;
    this.form.toggleAttribute("aria-busy", busy);
  }

  private fail(sentence: string): void {
    this.fault.textContent = sentence;
    this.fault.hidden = sentence === "";
    this.state.textContent = "";
    this.form.classList.toggle("app-upload--error", sentence !== "");
  }
}
