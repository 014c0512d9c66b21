/** The documents of a room: those that the page came with, those that arrive, and sending one. */

import { clockTime, fileSize, filled, optional, part, said } from "./dom.js";
import { Refusal } from "./http.js";
import type { RoomEvent } from "../signalling/index.js";
import { send } from "./upload.js";

export class Documents {
  private readonly list = part("documents");
  private readonly none = optional("documents-none");

  constructor() {
    const form = optional<HTMLFormElement>("upload-form");
    if (form) new UploadForm(form, (document) => this.add(document, true));
  }

  arrived(event: RoomEvent<"document_added">): void {
    this.add({ ...event.data, added_at: event.at }, event.mine);
  }

  removed(event: RoomEvent<"document_removed">): void {
    this.find(event.data.document_id)?.remove();
    this.count();
  }

  private add(document: Readonly<Record<string, unknown>>, mine: boolean): void {
    const id = String(document["document_id"]);
    if (this.find(id)) return;
    const item = filled(part<HTMLTemplateElement>(mine ? "template-document-mine" : "template-document"), {
      name: String(document["name"]),
      size: fileSize(Number(document["size"])),
      time: clockTime(String(document["added_at"])),
    });
    item.setAttribute("data-document-id", id);
    const link = item.querySelector("a");
    if (link) link.href = said(this.list, "document-url").replace("DOCUMENT", encodeURIComponent(id));
    this.list.append(item);
    this.count();
  }

  private find(id: string): Element | null {
    return this.list.querySelector(`[data-document-id="${CSS.escape(id)}"]`);
  }

  private count(): void {
    if (this.none) this.none.hidden = this.list.childElementCount > 0;
  }
}

/** A form with one file: with scripts it shows progress and stays on the page, without them it posts. */
export class UploadForm {
  private readonly field: HTMLInputElement;
  private readonly bar: HTMLProgressElement;
  private readonly fault: HTMLElement;
  private readonly state: HTMLElement;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly sent: (document: Readonly<Record<string, unknown>>) => void,
  ) {
    this.field = part<HTMLInputElement>("upload-file", form);
    this.bar = part<HTMLProgressElement>("upload-progress", form);
    this.fault = part("upload-fault", form);
    this.state = part("upload-state", form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    if (form.hasAttribute("data-upload-at-once")) this.field.addEventListener("change", () => form.requestSubmit());
  }

  private async send(): Promise<void> {
    const file = this.field.files?.[0];
    if (!file) return this.fail(said(this.form, "choose"));
    const limit = Number(said(this.form, "max-bytes"));
    if (limit && file.size > limit) return this.fail(said(this.form, "too-large"));
    this.busy(true);
    try {
      const document = await send(this.form.action, file, this.fields(), (share) => this.show(share),
        said(this.form, "offline")).done;
      this.form.reset();
      this.fail("");
      this.state.textContent = said(this.form, "sent");
      this.sent(document as Readonly<Record<string, unknown>>);
    } catch (error) {
      this.fail(error instanceof Refusal ? error.sentence : said(this.form, "offline"));
    }
    this.busy(false);
  }

  /** Everything in the form but the file. */
  private fields(): Record<string, string> {
    const texts = [...new FormData(this.form)].filter((entry): entry is [string, string] => typeof entry[1] === "string");
    return Object.fromEntries(texts);
  }

  private show(share: number): void {
    this.bar.value = share;
    this.state.textContent = share < 1 ? `${Math.round(share * 100)} %` : said(this.form, "checking");
  }

  private busy(busy: boolean): void {
    this.bar.hidden = !busy;
    this.bar.value = 0;
    this.field.disabled = busy;
    for (const button of this.form.querySelectorAll("button")) button.disabled = busy;
    this.form.toggleAttribute("aria-busy", busy);
  }

  private fail(sentence: string): void {
    this.fault.textContent = sentence;
    this.fault.hidden = sentence === "";
    this.state.textContent = "";
    this.form.classList.toggle("app-upload--error", sentence !== "");
  }
}
