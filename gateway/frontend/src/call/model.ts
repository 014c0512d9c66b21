/**
 * What the call page knows and what follows from it, as pure functions: no browser, no timers.
 *
 * The server decides the phase; the page only ever learns it. A fact goes in, the next model and the
 * commands to carry out come back.
 */

/** `PHASES` of the media contract. */
export type Phase =
  | "early" | "open" | "waiting" | "admitted" | "late" | "documents" | "forgotten" | "cancelled";

/** The connection to the SFU. */
export type Link = "off" | "connecting" | "up" | "lost";

/** Camera and microphone of this device. */
export type Devices = "asking" | "ready" | "refused";

export interface Model {
  readonly phase: Phase;
  readonly link: Link;
  readonly devices: Devices;
  /** Attempts to connect since the connection was last up. */
  readonly attempt: number;
  /** Somebody else holds a slot in the room. */
  readonly others: boolean;
  /** Frames of the other side arrived within the last moments. */
  readonly moving: boolean;
  /** The other side says that its camera is off, so no frames are to be expected. */
  readonly hidden: boolean;
}

export type Fact =
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "devices"; readonly devices: Devices }
  | { readonly kind: "up" }
  | { readonly kind: "lost" }
  | { readonly kind: "failed"; readonly retryable: boolean }
  | { readonly kind: "retry" }
  | { readonly kind: "moved-node" }
  | { readonly kind: "others"; readonly present: boolean }
  | { readonly kind: "hidden"; readonly hidden: boolean }
  | { readonly kind: "picture"; readonly moving: boolean };

export type Command =
  | { readonly do: "connect" }
  | { readonly do: "disconnect" }
  | { readonly do: "retry-in"; readonly ms: number }
  | { readonly do: "reload" };

/** What the person sees over (or instead of) the other side's picture. */
export type Stage =
  | "devices" | "waiting" | "connecting" | "alone" | "live" | "camera-off" | "frozen" | "reconnecting" | "unreachable";

export function begin(phase: Phase): Model {
  return { phase, link: "off", devices: "asking", attempt: 0, others: false, moving: false, hidden: false };
}

/** Milliseconds before attempt number `attempt` (from 1): quick at first, never more than five seconds. */
export function backOff(attempt: number): number {
  return Math.min(500 * 2 ** (attempt - 1), 5_000);
}

const inCall = (phase: Phase): boolean => phase === "admitted";
const onThisPage = (phase: Phase): boolean => phase === "waiting" || phase === "admitted";

type Step = readonly [Model, readonly Command[]];

export function advance(model: Model, fact: Fact): Step {
  switch (fact.kind) {
    case "phase":
      return settle(model, { ...model, phase: fact.phase });
    case "devices":
      return settle(model, { ...model, devices: fact.devices });
    case "up":
      return [{ ...model, link: "up", attempt: 0 }, []];
    case "lost":
      return lost(model);
    case "failed":
      return failed(model, fact.retryable);
    case "retry":
      return model.link === "lost" && inCall(model.phase) ? connect(model) : [model, []];
    case "moved-node":
      return inCall(model.phase) && model.devices === "ready" ? connect(model) : [model, []];
    case "others":
      return [{ ...model, others: fact.present, moving: fact.present && model.moving }, []];
    case "hidden":
      return [{ ...model, hidden: fact.hidden }, []];
    case "picture":
      return [{ ...model, moving: fact.moving, others: model.others || fact.moving }, []];
  }
}

/** Bring the connection in line with a new phase or new devices. */
function settle(before: Model, model: Model): Step {
  if (!onThisPage(model.phase)) {
    return [off(model), before.link === "off" ? [{ do: "reload" }] : [{ do: "disconnect" }, { do: "reload" }]];
  }
  if (inCall(model.phase) && model.devices !== "asking" && model.link === "off") return connect(model);
  if (!inCall(model.phase) && model.link !== "off") return [off(model), [{ do: "disconnect" }]];
  return [model, []];
}

function off(model: Model): Model {
  return { ...model, link: "off", attempt: 0, others: false, moving: false, hidden: false };
}

function connect(model: Model): Step {
  return [{ ...model, link: "connecting", moving: false }, [{ do: "connect" }]];
}

function lost(model: Model): Step {
  return model.link === "off" || !inCall(model.phase) ? [model, []] : failed(model, true);
}

function failed(model: Model, retryable: boolean): Step {
  if (!retryable) return [off(model), [{ do: "disconnect" }]];
  const attempt = model.attempt + 1;
  return [{ ...model, link: "lost", moving: false, attempt }, [{ do: "retry-in", ms: backOff(attempt) }]];
}

/** One stage at a time; a picture that does not move is never shown as live. */
export function stage(model: Model): Stage {
  if (model.phase !== "admitted") return model.devices === "refused" ? "devices" : "waiting";
  if (model.devices === "asking") return "devices";
  switch (model.link) {
    case "off":
      return "unreachable";
    case "connecting":
      return model.attempt > 0 ? "reconnecting" : "connecting";
    case "lost":
      return "reconnecting";
    case "up":
      return picture(model);
  }
}

function picture(model: Model): Stage {
  if (!model.others) return "alone";
  if (model.moving) return "live";
  return model.hidden ? "camera-off" : "frozen";
}
