/** Requests to our own server: form token, JSON, and refusals as sentences (RFC 9457). */

/** What the server says when it refuses, in the reader's language. */
export class Refusal extends Error {
  constructor(
    readonly sentence: string,
    readonly code: string,
    readonly retryable: boolean,
    readonly status: number,
  ) {
    super(sentence);
  }

  /** The session has ended, or the link was revoked: the server's page says why. */
  get isGone(): boolean {
    return GONE.has(this.status);
  }
}

const GONE = new Set([401, 403, 404]);

export interface Client {
  /** `signal` gives the request up before its time. */
  get(url: string, signal?: AbortSignal): Promise<unknown>;
  post(url: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
}

/** A client that sends the page's form token; `offline` is said when nothing answers. */
export function client(token: string, offline: string, timeoutMs = 15_000): Client {
  const ask = async (url: string, init: RequestInit): Promise<unknown> => {
    const response = await answered(url, init, offline);
    if (!response.ok) throw await refused(response, offline);
    return response.status === 204 ? undefined : response.json();
  };
  const headers = { accept: "application/json", "content-type": "application/json", "x-csrf-token": token };
  return {
    get: (url, signal) => ask(url, { headers: { accept: "application/json" }, signal: limited(timeoutMs, signal) }),
    post: (url, body, signal) =>
      ask(url, { method: "POST", headers, body: JSON.stringify(body), signal: limited(timeoutMs, signal) }),
  };
}

/** Aborts after a time, or with the caller; `AbortSignal.any` is too new for some phones. */
function limited(timeoutMs: number, caller?: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const timer = window.setTimeout(() => controller.abort(), timeoutMs);
  caller?.addEventListener("abort", () => controller.abort(), { once: true });
  controller.signal.addEventListener("abort", () => window.clearTimeout(timer), { once: true });
  if (caller?.aborted) controller.abort();
  return controller.signal;
}

async function answered(url: string, init: RequestInit, offline: string): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "error", credentials: "same-origin" });
  } catch {
    throw new Refusal(offline, "offline", true, 0);
  }
}

/** What an answer that is none says. */
export async function refused(response: Response, offline: string): Promise<Refusal> {
  try {
    return fromProblem(await response.json(), response.status, offline);
  } catch {
    return fromProblem({}, response.status, offline);
  }
}

/** Read a problem document; a server error without one can be tried again. */
export function fromProblem(document: unknown, status: number, otherwise: string): Refusal {
  const problem = (typeof document === "object" && document !== null ? document : {}) as Record<string, unknown>;
  const sentence = typeof problem["title"] === "string" ? problem["title"] : otherwise;
  const code = typeof problem["code"] === "string" ? problem["code"] : String(problem["type"] ?? status);
  const retryable = typeof problem["retryable"] === "boolean" ? problem["retryable"] : status >= 500 || status === 429;
  return new Refusal(sentence, code, retryable, status);
}
