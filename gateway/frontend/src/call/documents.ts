/** The documents of a room: those that the page came with, those that arrive, and taking one's own back. */

import type { Borrow } from "../capture/camera.js";
import { Capture, offerCapture } from "../capture/capture.js";
import { clockTime, fileSize, filled, optional, part, said } from "./dom.js";
import { Refusal, type Client } from "./http.js";
import type { RoomEvent } from "../signalling/index.js";
import { RoomUpload } from "./room-upload.js";

export class Documents {
  private readonly list = part("documents");
  private readonly none = optional("documents-none");
  private readonly fault = part("documents-fault");

  /** `borrow` asks the call for its camera. */
  constructor(private readonly http: Client, borrow: Borrow) {
    const form = optional<HTMLFormElement>("room-upload");
    if (form) this.upload(form, new Capture(borrow));
    this.list.addEventListener("submit", (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.hasAttribute("data-take-back")) return;
      event.preventDefault();
      void this.takeBack(form);
    });
  }

  arrived(event: RoomEvent<"document_added">): void {
    this.add({ ...event.data, added_at: event.at }, event.mine);
  }

  removed(event: RoomEvent<"document_removed">): void {
    this.remove(this.find(event.data.document_id));
  }

  private upload(form: HTMLFormElement, capture: Capture): void {
    const upload = new RoomUpload(form, (document) => this.add(document, true));
    offerCapture(capture, form, (file) => upload.take([file]));
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
    lead(item, id);
    if (!Number(document["pages"])) for (const one of item.querySelectorAll("[data-needs-pages]")) one.remove();
    this.list.append(item);
    this.count();
  }

  /** Nobody can open it any more; the log tells the others. */
  private async takeBack(form: HTMLFormElement): Promise<void> {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
    try {
      await this.http.post(form.action, {});
      this.say("");
      this.remove(form.closest("[data-document-id]"));
    } catch (error) {
      this.say(error instanceof Refusal ? error.sentence : said(this.list, "offline"));
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    }
  }

  /** A focus that was in the row goes to the list. */
  private remove(row: Element | null): void {
    if (row?.contains(document.activeElement)) this.list.focus();
    row?.remove();
    this.count();
  }

  private find(id: string): Element | null {
    return this.list.querySelector(`[data-document-id="${CSS.escape(id)}"]`);
  }

  private count(): void {
    if (this.none) this.none.hidden = this.list.childElementCount > 0;
  }

  private say(sentence: string): void {
    this.fault.textContent = sentence;
    this.fault.hidden = sentence === "";
  }
}

/** Links and forms of a template lead to DOCUMENT. */
function lead(row: HTMLElement, id: string): void {
  for (const element of row.querySelectorAll("a[href], form[action]")) {
    const name = element.hasAttribute("href") ? "href" : "action";
    element.setAttribute(name, (element.getAttribute(name) ?? "").replace("DOCUMENT", encodeURIComponent(id)));
  }
}
