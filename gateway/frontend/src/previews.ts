/**
 * Documents that are looked at above the page, or in a place of it: the middle of their own pages, which work without
 * this script.  A call goes on meanwhile.
 */

import { optional, part, said } from "./call/dom.js";
import { Refusal, refused } from "./call/http.js";

const dialog = part<HTMLDialogElement>("preview-dialog");
const above = part("preview-place", dialog);
/** What each place shows next: an answer that comes after another was asked for, or after it was closed, is late. */
const wanted = new WeakMap<HTMLElement, string>();

document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>("a, button") : null;
  if (link === null || !(link instanceof HTMLAnchorElement)) return link ? press(link) : undefined;
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const place = placeOf(link);
  if (place === null) return;
  event.preventDefault();
  if (place === above && !dialog.open) dialog.showModal();
  void show(link.href, place, said(link, "preview-turn"));
});

dialog.addEventListener("close", () => empty(above));
dialog.addEventListener("keydown", (event) => {
  const turn = { ArrowLeft: "before", ArrowRight: "after" }[event.key];
  const paper = optional("preview-paper", dialog);
  if (turn !== undefined && (paper === null || paper.scrollWidth <= paper.clientWidth)) {
    optional(`preview-turn="${turn}"`, dialog)?.click();
  }
});

/** Where a link's document is shown; null for any other link. */
function placeOf(link: HTMLAnchorElement): HTMLElement | null {
  if (link.hasAttribute("data-preview-turn")) return link.closest("[data-preview-place]");
  if (!link.hasAttribute("data-preview")) return null;
  const name = said(link, "preview");
  return name === "" ? above : optional(`preview-place="${CSS.escape(name)}"`);
}

function press(button: HTMLElement): void {
  if (button.hasAttribute("data-preview-close")) dialog.close();
  else if (button.hasAttribute("data-preview-larger")) enlarge(button);
  else if (button.hasAttribute("data-preview-hide")) hide(said(button, "preview-hide"));
}

/** The page that the address shows; the focus goes along with whoever turns pages. */
async function show(url: string, place: HTMLElement, turn: string): Promise<void> {
  wanted.set(place, url);
  place.setAttribute("aria-busy", "true");
  const fresh = await sheet(url, said(place, "offline")).catch((error: unknown) =>
    fault(error instanceof Refusal ? error.sentence : said(place, "offline")));
  if (wanted.get(place) !== url) return;
  place.replaceChildren(fresh);
  place.removeAttribute("aria-busy");
  if (optional("preview-picture", place)) prepare(place);
  swap(said(place, "preview-place"), true);
  const next = (turn && optional(`preview-turn="${turn}"`, place)) || optional("preview-paper", place);
  next?.focus();
}

async function sheet(url: string, offline: string): Promise<HTMLElement> {
  const response = await fetch(url, { credentials: "same-origin", redirect: "error" });
  if (!response.ok) throw await refused(response, offline);
  return part("preview-body", new DOMParser().parseFromString(await response.text(), "text/html"));
}

function prepare(place: HTMLElement): void {
  const [picture, coming] = [part<HTMLImageElement>("preview-picture", place), part("preview-coming", place)];
  coming.hidden = picture.complete;
  picture.addEventListener("load", () => (coming.hidden = true));
  picture.addEventListener("error", () => {
    coming.hidden = part("preview-paper", place).hidden = true;
    part("preview-unseen", place).hidden = false;
  });
  part("preview-larger", place).hidden = false;
  if (place !== above) return;
  part("preview-name", dialog).textContent = said(part("preview-body", place), "name");
  part("preview-told", dialog).textContent = part("preview-where", place).textContent;
}

function enlarge(button: HTMLElement): void {
  const paper = button.closest("[data-preview-body]")?.querySelector("[data-preview-paper]");
  const larger = paper?.classList.toggle("app-sheet__paper--larger") ?? false;
  button.setAttribute("aria-pressed", String(larger));
}

function hide(name: string): void {
  empty(part(`preview-place="${CSS.escape(name)}"`));
  swap(name, false);
  optional(`preview="${CSS.escape(name)}"`)?.focus();
}

function empty(place: HTMLElement): void {
  wanted.delete(place);
  place.replaceChildren();
}

/** Of a place in the page: the link that shows, or the button that hides. */
function swap(name: string, shown: boolean): void {
  if (name === "") return;
  part(`preview="${CSS.escape(name)}"`).hidden = shown;
  part(`preview-hide="${CSS.escape(name)}"`).hidden = !shown;
}

function fault(sentence: string): HTMLElement {
  const said = document.createElement("p");
  said.className = "govuk-error-message";
  said.setAttribute("role", "alert");
  said.textContent = sentence;
  return said;
}
