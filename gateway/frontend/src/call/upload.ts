/** One file to the server, with its progress: `fetch` cannot tell how much has been sent. */

import { fromProblem, Refusal } from "./http.js";

/** Nothing has left or come for so long: the line is down, though nobody has told the browser. */
const STALLED_MS = 90_000;

export interface Sending {
  readonly done: Promise<unknown>;
  cancel(): void;
}

/** Post `file` as the only file of a form, after the fields that stand before it. */
export function send(
  url: string,
  file: File,
  fields: Readonly<Record<string, string>>,
  progress: (share: number) => void,
  offline: string,
): Sending {
  const request = new XMLHttpRequest();
  const lost = new Refusal(offline, "offline", true, 0);
  const watch = stalled(() => request.abort());
  request.upload.addEventListener("progress", (event) => {
    watch.moved();
    progress(event.loaded / Math.max(1, event.total));
  });
  const done = new Promise<unknown>((resolve, reject) => {
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(parse(request.responseText));
      else reject(fromProblem(parse(request.responseText), request.status, offline));
    });
    request.addEventListener("error", () => reject(lost));
    request.addEventListener("abort", () => reject(watch.isStalled() ? lost : new Refusal("", "cancelled", false, 0)));
    request.addEventListener("loadend", () => watch.end());
  });
  request.open("POST", url);
  request.setRequestHeader("accept", "application/json");
  request.send(formOf(file, fields));
  return { done, cancel: () => request.abort() };
}

/** The file last: the server reads the fields before the bytes. */
function formOf(file: File, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("document", file);
  return form;
}

interface Watch {
  moved(): void;
  end(): void;
  isStalled(): boolean;
}

function stalled(giveUp: () => void): Watch {
  let isStalled = false;
  let timer: number | undefined;
  const moved = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      isStalled = true;
      giveUp();
    }, STALLED_MS);
  };
  moved();
  return { moved, end: () => window.clearTimeout(timer), isStalled: () => isStalled };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
