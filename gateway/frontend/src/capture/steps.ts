/** The way to the picture of a paper: camera, look at it, the other side or not. Pure: what happened in, what to show out. */

export type Step =
  | "opening" // the camera is being asked for
  | "camera" // it shows what it sees
  | "look" // one picture is taken: is it good?
  | "more" // it is kept: the back, too?
  | "none"; // there is no camera to be had here

export interface State {
  readonly step: Step;
  /** Sides that are kept. */
  readonly kept: number;
}

export type Fact = "opened" | "refused" | "taken" | "unreadable" | "again" | "used" | "other-side";

/** Front and back. */
export const MOST_SIDES = 2;

export const BEGIN: State = { step: "opening", kept: 0 };

const AFTER: Readonly<Record<Exclude<Fact, "used">, Step>> = {
  opened: "camera",
  refused: "none",
  taken: "look",
  unreadable: "none",
  again: "opening",
  "other-side": "opening",
};

export function advance(state: State, fact: Fact): State {
  if (fact === "used") return { step: "more", kept: Math.min(MOST_SIDES, state.kept + 1) };
  return { ...state, step: AFTER[fact] };
}

export function isFull({ kept }: State): boolean {
  return kept >= MOST_SIDES;
}
