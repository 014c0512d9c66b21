/**
 * What the call page knows and what follows from it, as pure functions: no browser, no timers.
 *
 * The server decides the phase; the page only ever learns it. A fact goes in, the next model and the
 * commands to carry out come back. Keeping the connection up is the business of `signalling`.
 */

/** `PHASES` of the media contract. */
export type Phase =
  | "early" | "open" | "waiting" | "admitted" | "late" | "documents" | "forgotten" | "cancelled";

/** The connection to the SFU; `State` of `signalling`. */
export type Link = "idle" | "connecting" | "connected" | "interrupted" | "refused" | "elsewhere" | "closed";

/** Camera and microphone of this device. */
export type Devices = "asking" | "ready" | "refused";

export interface Model {
  readonly phase: Phase;
  readonly link: Link;
  readonly devices: Devices;
  /** Somebody else holds a slot in the room. */
  readonly others: boolean;
  /** Frames of the other side arrived within the last moments. */
  readonly picture: boolean;
  /** Sound of the other side arrived within the last moments. */
  readonly sound: boolean;
  /** The SFU has paused pictures to this page: the line takes sound alone. */
  readonly soundOnly: boolean;
  /** Microphone and camera of who is in the large picture are on, as far as the SFU has told. */
  readonly microphone: boolean;
  readonly camera: boolean;
  /** This browser and another one have no codec of pictures in common. */
  readonly apart: boolean;
  /** All lines are taken: this one waits for its turn. */
  readonly busy: boolean;
}

export type Fact =
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "devices"; readonly devices: Devices }
  | { readonly kind: "link"; readonly link: Link }
  | { readonly kind: "others"; readonly present: boolean }
  | { readonly kind: "sound-only"; readonly on: boolean }
  | { readonly kind: "sending"; readonly microphone: boolean; readonly camera: boolean; readonly apart: boolean }
  | { readonly kind: "busy"; readonly on: boolean }
  | { readonly kind: "media"; readonly picture: boolean; readonly sound: boolean };

/**
 * `connect` and `disconnect` the call; `release` camera and microphone; `reload`: the server's page for the new phase
 * takes over.
 */
export type Command = "connect" | "disconnect" | "release" | "reload";

/** What the person sees over (or instead of) the other side's picture. */
export type Stage =
  | "devices" | "waiting" | "connecting" | "alone" | "live" | "no-picture" | "camera-off" | "both-off" | "apart" | "sound-only" | "frozen" | "reconnecting" | "refused"
  | "busy" | "elsewhere" | "over";

type Step = readonly [Model, readonly Command[]];

export function begin(phase: Phase): Model {
  const nobody = { others: false, picture: false, sound: false, soundOnly: false, microphone: true, camera: true, apart: false };
  return { phase, link: "idle", devices: "asking", ...nobody, busy: false };
}

export function advance(model: Model, fact: Fact): Step {
  switch (fact.kind) {
    case "phase":
      return settle({ ...model, phase: fact.phase });
    case "devices":
      return settle({ ...model, devices: fact.devices });
    case "link":
      return [linked(model, fact.link), fact.link === "elsewhere" ? ["release"] : []];
    case "others":
      return [fact.present ? { ...model, others: true } : { ...model, others: false, picture: false, sound: false }, []];
    case "sound-only":
      return [{ ...model, soundOnly: fact.on }, []];
    case "sending":
      return [{ ...model, microphone: fact.microphone, camera: fact.camera, apart: fact.apart }, []];
    case "busy":
      return [{ ...model, busy: fact.on }, []];
    case "media":
      return [{ ...model, picture: fact.picture, sound: fact.sound }, []];
  }
}

/** Bring the call in line with a new phase or new devices. */
function settle(model: Model): Step {
  const on = model.link !== "idle" && model.link !== "closed";
  const hangUp: readonly Command[] = on ? ["disconnect"] : [];
  if (model.phase === "waiting") return [on ? off(model) : model, hangUp];
  if (model.phase !== "admitted") return [off(model), [...hangUp, "reload"]];
  return [model, !on && model.devices !== "asking" ? ["connect"] : []];
}

function linked(model: Model, link: Link): Model {
  return link === "connected" ? { ...model, link, busy: false } : { ...model, link, picture: false, sound: false, soundOnly: false };
}

function off(model: Model): Model {
  return { ...model, link: "idle", others: false, picture: false, sound: false, soundOnly: false, busy: false };
}

/** One stage at a time; a picture that does not move is never shown as live. */
export function stage(model: Model): Stage {
  if (model.phase === "waiting") return "waiting";
  if (model.phase !== "admitted") return "over";
  if (model.devices === "asking") return "devices";
  switch (model.link) {
    case "refused":
      return "refused";
    case "elsewhere":
      return "elsewhere";
    case "interrupted":
      return model.busy ? "busy" : "reconnecting";
    case "connected":
      return picture(model);
    default:
      return model.busy ? "busy" : "connecting";
  }
}

function picture(model: Model): Stage {
  if (!model.others) return "alone";
  if (model.picture) return "live";
  if (!model.camera && !model.microphone) return "both-off";
  if (!model.sound) return "frozen";
  if (model.soundOnly) return "sound-only";
  if (!model.camera) return "camera-off";
  return model.apart ? "apart" : "no-picture";
}
