/** Going to a page by script: not before the server answers, since a browser's error page never comes back. */

import { retryDelay } from "../signalling/retry.js";

let going = false;

/** Whether this page is on its way to another one, or to itself, by no wish of its reader. */
export function isGoing(): boolean {
  return going;
}

/** Load this page anew, once. */
export function reload(): Promise<void> {
  return go(window.location.href, () => window.location.reload());
}

/** Go on to another page, in place of this one in the history. */
export function goOn(url: string): Promise<void> {
  return go(url, () => window.location.replace(url));
}

/** Ask until the server answers, with anything but an error of its own. */
async function go(url: string, leave: () => void): Promise<void> {
  if (going) return;
  going = true;
  for (let attempt = 0; !(await answers(url)); attempt += 1) await waited(retryDelay(attempt));
  leave();
}

/** A redirect is an answer, wherever it leads. */
async function answers(url: string): Promise<boolean> {
  const options = { method: "HEAD", redirect: "manual", cache: "no-store" } as const;
  const response = await fetch(url, options).catch(() => undefined);
  return response !== undefined && response.status < 500;
}

function waited(ms: number): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}
