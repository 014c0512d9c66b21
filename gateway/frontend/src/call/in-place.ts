/**
 * Forms of the agent's page that leave it where it is, so that his call goes on: `form[data-in-place]` is sent by
 * script, and the page's `[data-part]` elements are renewed from the page that answers.  Without scripts they post.
 */

import { reload } from "../page/reload.js";
import { optional, parts, renew, said } from "./dom.js";
import { Refusal, refused } from "./http.js";

/** A part that nothing has answered for is asked for again so often, so much later. */
const ATTEMPTS = 10;
const AGAIN_MS = 3_000;

export class InPlace {
  constructor(private readonly changed: () => void) {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-in-place")) return;
      event.preventDefault();
      void this.send(form);
    });
  }

  /** What the server would show now, in the part of that name alone; it stays as it is until something answers. */
  async refresh(name: string, attempts = ATTEMPTS): Promise<void> {
    const place = optional(`part="${name}"`);
    if (place === null) return;
    const fresh = await page(window.location.href, {}, "").catch(() => null);
    if (fresh === null && attempts > 1) window.setTimeout(() => void this.refresh(name, attempts - 1), AGAIN_MS);
    const now = fresh && optional(`part="${name}"`, fresh);
    if (now) renew(place, now);
  }

  private async send(form: HTMLFormElement): Promise<void> {
    const place = form.closest<HTMLElement>("[data-part]") ?? form;
    const body = new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    lock(place, true);
    try {
      const fresh = await page(form.action, { method: "POST", body }, said(place, "offline"));
      if (fresh === undefined) await reload();
      else this.show(fresh, place);
    } catch (error) {
      say(place, error instanceof Refusal ? error.sentence : said(place, "offline"));
    }
    lock(place, false);
  }

  /** All parts: what was done in one may be seen in another.  The focus was in one that is no more. */
  private show(fresh: Document, sent: HTMLElement): void {
    for (const place of parts("part")) {
      const now = optional(`part="${said(place, "part")}"`, fresh);
      if (now) place.replaceChildren(...now.childNodes);
    }
    sent.tabIndex = -1;
    sent.focus();
    this.changed();
  }
}

/** The page that answers; undefined where it is another one, as a log-in is, to which a reload leads. */
async function page(url: string, init: RequestInit, offline: string): Promise<Document | undefined> {
  const response = await fetch(url, { ...init, credentials: "same-origin" });
  if (!response.ok) throw await refused(response, offline);
  if (new URL(response.url).pathname !== window.location.pathname) return undefined;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function lock(place: HTMLElement, locked: boolean): void {
  place.toggleAttribute("aria-busy", locked);
  for (const button of place.querySelectorAll("button")) button.disabled = locked;
}

function say(place: HTMLElement, sentence: string): void {
  const fault = optional("in-place-fault", place);
  if (fault === null) return;
  fault.textContent = sentence;
  fault.hidden = false;
}
