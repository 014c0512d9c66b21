/** Several documents into a space: with scripts each has its progress and can be cancelled. */

import { optional, part, said } from "./call/dom.js";
import { send } from "./call/upload.js";
import { UploadList } from "./page/upload-list.js";
import type { Count, Transfer } from "./page/upload-queue.js";

interface Item {
  readonly file: File;
  readonly fields: Readonly<Record<string, string>>;
}

class SpaceUpload {
  private readonly field: HTMLInputElement;
  private readonly folder: HTMLInputElement | HTMLSelectElement;
  private readonly list: UploadList<Item>;

  constructor(private readonly form: HTMLFormElement) {
    this.field = part<HTMLInputElement>("upload-file", form);
    this.folder = form.elements.namedItem("folder") as HTMLInputElement | HTMLSelectElement;
    this.field.multiple = !form.hasAttribute("data-one-file");
    this.list = new UploadList<Item>(
      form,
      (item, key, progress) => this.begin(item, key, progress),
      (_, count) => this.showWay(count),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.list.busy) event.preventDefault();
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
    part("upload-room").hidden = true; // what it says is over with the first file
    this.field.value = "";
    for (const file of files) this.list.add({ file, fields });
    this.list.bringIntoView();
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

  private showWay({ busy, done }: Count): void {
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

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-space-upload]")) new SpaceUpload(form);
