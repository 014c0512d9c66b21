/** The part of a picture that is seen, as pure functions: how much it is enlarged, and where it stands. */

/** `x` and `y`: how far the picture is moved, as shares of its place's width and height; to the right and down. */
export interface Lens {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** A place in the picture's frame as shares of width and height, from the middle: −0.5 to 0.5. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export const WHOLE: Lens = { scale: 1, x: 0, y: 0 };
export const MIDDLE: Spot = { x: 0, y: 0 };
export const LARGEST = 6;

/** Enlarge by a factor (below 1: reduce) so that what is under `at` stays there. */
export function zoomed(lens: Lens, factor: number, at: Spot = MIDDLE): Lens {
  const scale = within(lens.scale * factor, 1, LARGEST);
  const grown = scale / lens.scale;
  return kept({ scale, x: at.x - (at.x - lens.x) * grown, y: at.y - (at.y - lens.y) * grown });
}

/** Push the picture along; its edges never come further in than those of its place. */
export function moved(lens: Lens, x: number, y: number): Lens {
  return kept({ ...lens, x: lens.x + x, y: lens.y + y });
}

export function isWhole(lens: Lens): boolean {
  return lens.scale === 1;
}

function kept({ scale, x, y }: Lens): Lens {
  const room = (scale - 1) / 2;
  return { scale, x: within(x, -room, room), y: within(y, -room, room) };
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value)) + 0; // no negative zero
}
