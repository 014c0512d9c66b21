/** Loading a page anew by script: not before the server answers, since a browser's error page never comes back. */

import { retryDelay } from "../signalling/retry.js";

let reloading = false;

/** Ask until the server answers, with anything but an error of its own; then load this page anew, once. */
export async function reload(): Promise<void> {
  if (reloading) return;
  reloading = true;
  for (let attempt = 0; !(await answers()); attempt += 1) await waited(retryDelay(attempt));
  window.location.reload();
}

/** A redirect is an answer, wherever it leads. */
async function answers(): Promise<boolean> {
  const options = { method: "HEAD", redirect: "manual", cache: "no-store" } as const;
  const response = await fetch(window.location.href, options).catch(() => undefined);
  return response !== undefined && response.status < 500;
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
