/**
 * How sharp the picture of a paper is, as one number.  No browser in it.
 *
 * The variance of the Laplacian says how much fine detail a picture has; taken by itself it says as much of how much
 * is printed on the paper, of the light and of the camera's noise.  So it is taken tile by tile, where something is
 * printed, in proportion to the contrast there, less what the emptiest tiles have of both (the noise); and along rows
 * and columns by itself: a hand that moved has blurred one of them, and the worse one counts.
 */

/** Brightness of each pixel, 0 to 255, by rows. */
export interface Gray {
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
}

/** Pixels of the long side to which a picture is reduced first: what small print on a whole page needs. */
export const LONG_SIDE = 1280;

/** From here on small print can be read: measured with a reader of print, see decision 0092. */
export const SHARP = 0.05;

const TILE = 32;
/** Part of the tiles that are the emptiest. */
const EMPTY = 0.2;
/** Tiles with this part of the strongest contrast have something printed on them. */
const PRINTED = 0.15;
/** Variance of brightness below which there is nothing to see. */
const LEAST_CONTRAST = 60;
/** Of the printed tiles those are asked that are as sharp as the best: edges of hands and tables are none. */
const BEST = 0.9;

interface Tile {
  readonly contrast: number;
  readonly detail: number;
}

/** 0: nothing sharp in it, or nothing at all; small print straight from a scanner has 0.4. */
export function sharpness(picture: Gray): number {
  const soft = softened(picture);
  return Math.min(sharpnessAlong(soft, 1), sharpnessAlong(soft, soft.width));
}

export function isBlurred(picture: Gray): boolean {
  return sharpness(picture) < SHARP;
}

/** Its variance is what the camera's single pixels would drown: they are evened out first (binomial, 3 × 3). */
export function softened({ width, height, data }: Gray): Gray {
  const rows = new Float32Array(width * height);
  for (let at = 1; at < data.length - 1; at += 1) rows[at] = (data[at - 1]! + 2 * data[at]! + data[at + 1]!) / 4;
  const soft = new Float32Array(width * height);
  for (let at = width; at < soft.length - width; at += 1) {
    soft[at] = (rows[at - width]! + 2 * rows[at]! + rows[at + width]!) / 4;
  }
  return { width, height, data: soft };
}

/** One of the Laplacian's two parts: how much each pixel differs from those `step` before and behind it. */
export function curvature({ width, height, data }: Gray, step: number): Gray {
  const found = new Float32Array(width * height);
  for (let at = step; at < found.length - step; at += 1) found[at] = data[at - step]! + data[at + step]! - 2 * data[at]!;
  return { width, height, data: found };
}

/** Along the rows (1) or the columns (the width). */
function sharpnessAlong(soft: Gray, step: number): number {
  const tiles = tilesOf(soft, curvature(soft, step));
  if (tiles.length === 0) return 0;
  const noise = emptiest(tiles);
  const contrasts = tiles.map((tile) => tile.contrast - noise.contrast);
  const least = Math.max(PRINTED * quantile(contrasts, 0.98), LEAST_CONTRAST);
  const printed = tiles.filter((_, index) => contrasts[index]! > least);
  if (printed.length === 0) return 0;
  const shares = printed.map((tile) => (tile.detail - noise.detail) / (tile.contrast - noise.contrast));
  return Math.max(0, quantile(shares, BEST));
}

/** Whole tiles only, and without the frame of the picture, where nothing was computed. */
function tilesOf(soft: Gray, detail: Gray): Tile[] {
  const tiles: Tile[] = [];
  for (let top = 2; top + TILE <= soft.height - 2; top += TILE) {
    for (let left = 2; left + TILE <= soft.width - 2; left += TILE) {
      tiles.push({ contrast: variance(soft, left, top), detail: variance(detail, left, top) });
    }
  }
  return tiles;
}

function variance({ width, data }: Gray, left: number, top: number): number {
  let [sum, squares] = [0, 0];
  for (let y = top; y < top + TILE; y += 1) {
    for (let at = y * width + left; at < y * width + left + TILE; at += 1) {
      sum += data[at]!;
      squares += data[at]! * data[at]!;
    }
  }
  const mean = sum / (TILE * TILE);
  return squares / (TILE * TILE) - mean * mean;
}

function emptiest(tiles: readonly Tile[]): Tile {
  const most = quantile(tiles.map((tile) => tile.contrast), EMPTY);
  const empty = tiles.filter((tile) => tile.contrast <= most);
  const middle = (of: (tile: Tile) => number): number => quantile(empty.map(of), 0.5);
  return { contrast: middle((tile) => tile.contrast), detail: middle((tile) => tile.detail) };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
