/** Small ways around the page: elements by their data attribute, templates filled with text. */

/** The element with `data-<name>`; a page without it is a defect of the template. */
export function part<T extends HTMLElement = HTMLElement>(name: string, root: ParentNode = document): T {
  const found = root.querySelector<T>(`[data-${name}]`);
  if (found === null) throw new Error(`no [data-${name}] on this page`);
  return found;
}

export function optional<T extends HTMLElement = HTMLElement>(name: string, root: ParentNode = document): T | null {
  return root.querySelector<T>(`[data-${name}]`);
}

export function parts<T extends HTMLElement = HTMLElement>(name: string, root: ParentNode = document): T[] {
  return [...root.querySelectorAll<T>(`[data-${name}]`)];
}

/** What the template wrote into `data-<name>`; empty where it did not. */
export function said(element: HTMLElement, name: string): string {
  return element.getAttribute(`data-${name}`) ?? "";
}

/** Show the one child of a set whose `data-<name>` is `value`. */
export function showOnly(name: string, value: string, root: ParentNode = document): void {
  for (const element of parts(name, root)) element.hidden = said(element, name) !== value;
}

/** A copy of the page's template, its `data-text-<key>` elements filled; text only, never markup. */
export function filled(template: HTMLTemplateElement, texts: Readonly<Record<string, string>>): HTMLElement {
  const copy = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
  for (const [key, text] of Object.entries(texts)) {
    for (const place of parts(`text-${key}`, copy)) place.textContent = text;
  }
  return copy;
}

/** The server's newer markup of a part; what somebody is typing there stays, and so does the focus. */
export function renew(place: HTMLElement, fresh: HTMLElement): void {
  const typed = new Map([...place.querySelectorAll<HTMLInputElement>("input[id]:not([readonly]), select[id], textarea[id]")].map((field) => [field.id, field.value]));
  const open = new Set([...place.querySelectorAll("details[id][open]")].map((details) => details.id));
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : "";
  place.replaceChildren(...fresh.childNodes);
  for (const field of place.querySelectorAll<HTMLInputElement>("input[id], select[id], textarea[id]")) field.value = typed.get(field.id) ?? field.value;
  for (const details of place.querySelectorAll<HTMLDetailsElement>("details[id]")) details.open ||= open.has(details.id);
  if (focused) place.querySelector<HTMLElement>(`#${CSS.escape(focused)}`)?.focus();
}

/** `1.4 MB` in the page's language. */
export function fileSize(bytes: number): string {
  const language = document.documentElement.lang;
  const [unit, per] = bytes < 1_000 ? ["byte", 1] : bytes < 1_000_000 ? ["kilobyte", 1_000] : ["megabyte", 1_000_000];
  const value = bytes / per;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

/** `14:05`, by the clocks in Luxembourg. */
export function clockTime(instant: string): string {
  const options = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Europe/Luxembourg" } as const;
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(instant));
}

/** Ids of the tracks that these elements play. */
export function tracksOf(...elements: HTMLVideoElement[]): Set<string> {
  const streams = elements.map((element) => element.srcObject).filter((source) => source instanceof MediaStream);
  return new Set(streams.flatMap((stream) => stream.getTracks()).map((track) => track.id));
}
