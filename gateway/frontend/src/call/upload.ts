/** One file to the server, with its progress: `fetch` cannot tell how much has been sent. */

import { fromProblem, Refusal } from "./http.js";

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
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("document", file); // last: the server reads the fields before the bytes
  request.upload.addEventListener("progress", (event) => progress(event.loaded / Math.max(1, event.total)));
  const done = new Promise<unknown>((resolve, reject) => {
    const failed = (): void => reject(new Refusal(offline, "offline", true, 0));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(parse(request.responseText));
      else reject(fromProblem(parse(request.responseText), request.status, offline));
    });
    for (const fault of ["error", "timeout"]) request.addEventListener(fault, failed);
    request.addEventListener("abort", () => reject(new Refusal("", "cancelled", false, 0)));
  });
  request.open("POST", url);
  request.setRequestHeader("accept", "application/json");
  request.send(form);
  return { done, cancel: () => request.abort() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
