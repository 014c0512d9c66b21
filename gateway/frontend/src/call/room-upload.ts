/** Several documents into a room: each with its progress; it is shown to the others once it is checked. */

import { part, said } from "./dom.js";
import { send } from "./upload.js";
import { isGoing } from "../page/reload.js";
import { UploadList } from "../page/upload-list.js";
import type { Job, Transfer } from "../page/upload-queue.js";

interface Item {
  readonly file: File;
}

type Shared = (document: Readonly<Record<string, unknown>>) => void;

export class RoomUpload {
  private readonly field: HTMLInputElement;
  private readonly list: UploadList<Item>;

  constructor(private readonly form: HTMLFormElement, private readonly shared: Shared) {
    this.field = part<HTMLInputElement>("upload-file", form);
    this.field.multiple = true;
    this.list = new UploadList<Item>(form, (item, key, progress) => this.begin(item, key, progress), (job) => this.ended(job));
    this.field.addEventListener("change", () => this.take([...(this.field.files ?? [])]));
    form.addEventListener("submit", (event) => event.preventDefault()); // they were taken when they were chosen
    window.addEventListener("beforeunload", (event) => {
      if (this.list.busy && !isGoing()) event.preventDefault();
    });
  }

  take(files: readonly File[]): void {
    this.list.dropEnded();
    for (const file of files) this.list.add({ file });
    this.field.value = "";
  }

  private begin({ file }: Item, key: string, progress: (share: number) => void): Transfer {
    const fields = { csrf_token: part<HTMLInputElement>("upload-token", this.form).value, request_key: key };
    const sending = send(this.form.action, file, fields, progress, said(this.form, "offline"));
    const done = sending.done.then((document) => {
      this.shared(document as Readonly<Record<string, unknown>>);
      return "";
    });
    return { done, cancel: () => sending.cancel() };
  }

  /** What has arrived stands in the list of documents. */
  private ended(job: Job<Item>): void {
    if (job.state === "done") this.list.drop(job);
  }
}
