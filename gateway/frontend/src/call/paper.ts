/** Papers before the camera: what a camera is asked for, and whether what it gives can be read. No browser in it. */

/** What a person's face needs. */
export const FACE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25, max: 30 } };

/** Sharp before smooth: the bits of fewer pictures make each of them better. */
export const PAPER = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 12, max: 30 } };

/** Print of 12 points on a whole A4 page can be read from here on; held to it by a test through the SFU. */
const LEAST = { long: 1280, short: 720 };

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Upright or lying: a phone's camera gives 720 × 1280. */
export function readable({ width, height }: Size): boolean {
  return Math.max(width, height) >= LEAST.long && Math.min(width, height) >= LEAST.short;
}
