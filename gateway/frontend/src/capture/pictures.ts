/** Pictures of papers on canvases: taken from a camera or a file, looked at, put together. Only pixels are kept of them. */

import { LONG_SIDE, type Gray } from "./sharpness.js";

/** Print of 8 points on a page can be read at it, and two sides stay far below what browsers can hold. */
const MOST_LONG_SIDE = 2400;
const QUALITY = 0.9;
const GAP = 16;

/** What the camera shows now. */
export function still(video: HTMLVideoElement): HTMLCanvasElement {
  return drawn(video, video.videoWidth, video.videoHeight, MOST_LONG_SIDE);
}

/** A picture that another program has taken; upright, as it says that it is to be seen.  Rejects what is none. */
export async function opened(file: File): Promise<HTMLCanvasElement> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    return drawn(bitmap, bitmap.width, bitmap.height, MOST_LONG_SIDE);
  } finally {
    bitmap.close();
  }
}

/** Brightness at the size at which sharpness is told. */
export function grayOf(picture: HTMLCanvasElement): Gray {
  const { width, height } = fitted(picture.width, picture.height, LONG_SIDE);
  const small = drawn(picture, picture.width, picture.height, LONG_SIDE);
  const { data } = context(small).getImageData(0, 0, width, height);
  const gray = new Uint8Array(width * height);
  for (let at = 0; at < gray.length; at += 1) {
    gray[at] = 0.299 * data[4 * at]! + 0.587 * data[4 * at + 1]! + 0.114 * data[4 * at + 2]!; // ITU-R BT.601
  }
  return { width, height, data: gray };
}

/** Both sides of a paper as one picture, the front above, and as a JPEG file without any word on where it was taken. */
export async function fileOf(sides: readonly HTMLCanvasElement[], name: string): Promise<File> {
  const whole = sides.length === 1 ? sides[0]! : stacked(sides);
  const blob = await new Promise<Blob | null>((resolve) => whole.toBlob(resolve, "image/jpeg", QUALITY));
  if (blob === null) throw new Error("the browser makes no JPEG of it");
  return new File([blob], name, { type: "image/jpeg" });
}

function stacked(sides: readonly HTMLCanvasElement[]): HTMLCanvasElement {
  const width = Math.max(...sides.map((side) => side.width));
  const height = sides.reduce((sum, side) => sum + side.height + GAP, -GAP);
  const whole = sized(width, height);
  const draw = context(whole);
  draw.fillStyle = "#fff";
  draw.fillRect(0, 0, width, height);
  let top = 0;
  for (const side of sides) {
    draw.drawImage(side, (width - side.width) / 2, top);
    top += side.height + GAP;
  }
  return whole;
}

function drawn(source: CanvasImageSource, width: number, height: number, longest: number): HTMLCanvasElement {
  const size = fitted(width, height, longest);
  const canvas = sized(size.width, size.height);
  const draw = context(canvas);
  draw.imageSmoothingQuality = "high";
  draw.drawImage(source, 0, 0, size.width, size.height);
  return canvas;
}

/** Never made larger than it is. */
function fitted(width: number, height: number, longest: number): { width: number; height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function sized(width: number, height: number): HTMLCanvasElement {
  return Object.assign(document.createElement("canvas"), { width, height });
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext("2d", { willReadFrequently: true });
  if (found === null) throw new Error("the browser cannot draw");
  return found;
}
