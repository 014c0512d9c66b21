/** The messages of a room: those that the page came with, those that arrive, and writing one. */

import type { Client } from "./http.js";
import { Refusal } from "./http.js";
import { clockTime, filled, part, said } from "./dom.js";
import type { RoomEvent } from "../signalling/index.js";

export class Messages {
  private readonly list = part("messages");
  private readonly form = part<HTMLFormElement>("message-form");
  private readonly field = part<HTMLTextAreaElement>("message-text");
  private readonly fault = part("message-fault");
  /** Made once per text, so that a repeated request says it once. */
  private key = crypto.randomUUID();

  constructor(private readonly http: Client) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
  }

  /** Messages are said only while the call is on. */
  enable(enabled: boolean): void {
    part("message-hint").hidden = enabled;
    this.lock(!enabled);
  }

  private lock(locked: boolean): void {
    for (const control of this.form.querySelectorAll<HTMLButtonElement>("textarea, button")) control.disabled = locked;
  }

  add(event: RoomEvent<"message">): void {
    const { message_id: id, role, text } = event.data;
    if (this.list.querySelector(`[data-message-id="${CSS.escape(id)}"]`)) return;
    const template = part<HTMLTemplateElement>(event.mine ? "template-mine" : `template-${role}`);
    const item = filled(template, { time: clockTime(event.at), text });
    item.setAttribute("data-message-id", id);
    this.list.append(item);
    item.scrollIntoView({ block: "nearest" });
  }

  private async send(): Promise<void> {
    const text = this.field.value.trim();
    if (!text) return;
    this.lock(true);
    try {
      await this.http.post(this.form.action, { text, key: this.key });
      this.field.value = "";
      this.key = crypto.randomUUID();
      this.say("");
    } catch (error) {
      const refused = error instanceof Refusal && error.status > 0 && error.status < 500;
      this.say(refused ? error.sentence : said(this.form, "offline")); // nobody sends it again but its writer
    }
    this.lock(false);
    this.field.focus();
  }

  private say(sentence: string): void {
    this.fault.textContent = sentence;
    this.fault.hidden = sentence === "";
  }
}
