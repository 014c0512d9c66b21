import assert from "node:assert/strict";
import { test } from "node:test";

import { curvature, isBlurred, SHARP, sharpness, softened, type Gray } from "../../../../gateway/frontend/src/capture/sharpness.ts";

const [WIDTH, HEIGHT] = [384, 288];
const SHARP_LENS = 0.6;

/** The same numbers each time, between 0 and 1. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function filled(of: (x: number, y: number) => number): Gray {
  const data = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) for (let x = 0; x < WIDTH; x += 1) data[y * WIDTH + x] = of(x, y);
  return { width: WIDTH, height: HEIGHT, data };
}

/** Lines of signs of 5 × 7 points, each `point` pixels wide, on the part of the page above `until`. */
function print({ point = 2, until = 1, seed = 7 } = {}): Gray {
  const roll = dice(seed);
  const signs = new Map<string, boolean>();
  return filled((x, y) => {
    const [column, row] = [Math.floor(x / point), Math.floor(y / point)];
    const isSpace = column % 6 === 5 || row % 11 > 6 || y > until * HEIGHT || x < 40 || x > WIDTH - 40;
    const key = `${column} ${row}`;
    if (!signs.has(key)) signs.set(key, roll() < 0.45);
    return !isSpace && signs.get(key) ? 30 : 230;
  });
}

/** A lens that is out of focus by `sigma` pixels. */
function blurred(picture: Gray, sigma: number): Gray {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const along = ({ data }: Gray, dx: number, dy: number): Gray =>
    filled((x, y) => {
      let sum = 0;
      for (let i = -reach; i <= reach; i += 1) {
        const [column, row] = [Math.min(WIDTH - 1, Math.max(0, x + i * dx)), Math.min(HEIGHT - 1, Math.max(0, y + i * dy))];
        sum += data[row * WIDTH + column]! * weights[i + reach]!;
      }
      return sum / all;
    });
  return along(along(picture, 1, 0), 0, 1);
}

/** A hand that moved sideways by so many pixels. */
function shaken(picture: Gray, pixels: number): Gray {
  return filled((x, y) => {
    let sum = 0;
    for (let i = 0; i < pixels; i += 1) sum += picture.data[y * WIDTH + Math.min(WIDTH - 1, x + i)]!;
    return sum / pixels;
  });
}

/** Bad light: less contrast, and a camera that makes it up with noise. */
function dim(picture: Gray, contrast = 0.4, noise = 8): Gray {
  const roll = dice(99);
  return filled((x, y) => 20 + contrast * picture.data[y * WIDTH + x]! + (roll() + roll() + roll() - 1.5) * 2 * noise);
}

test("what is printed is sharp, and what is out of focus is not", () => {
  assert.ok(!isBlurred(blurred(print(), SHARP_LENS)));
  assert.ok(isBlurred(blurred(print(), 3)));
});

test("the more it is out of focus, the less sharp it is", () => {
  const found = [0.6, 1, 1.5, 2, 3].map((sigma) => sharpness(blurred(print(), sigma)));
  assert.deepEqual(found, [...found].sort((one, other) => other - one));
});

test("what was shaken is blurred, too", () => {
  assert.ok(isBlurred(shaken(blurred(print(), SHARP_LENS), 14)));
});

test("little print on an empty page is judged like much", () => {
  assert.ok(!isBlurred(blurred(print({ until: 0.15 }), SHARP_LENS)));
  assert.ok(isBlurred(blurred(print({ until: 0.15 }), 3)));
});

test("neither bad light nor noise is taken for sharpness or for the lack of it", () => {
  assert.ok(!isBlurred(dim(blurred(print(), SHARP_LENS))));
  assert.ok(isBlurred(dim(blurred(print(), 3))));
});

test("the edge of a paper on a table is nothing that is printed", () => {
  assert.ok(sharpness(filled((x) => (x < 150 ? 60 : 230))) < SHARP);
});

test("a picture of nothing has nothing sharp in it, and noise is nothing", () => {
  assert.equal(sharpness(filled(() => 128)), 0);
  assert.ok(isBlurred(dim(filled(() => 128))));
});

test("a picture that is smaller than what is looked at has nothing in it either", () => {
  assert.equal(sharpness({ width: 8, height: 8, data: new Uint8Array(64) }), 0);
});

test("a slope has no curvature, and a point that stands out has", () => {
  const at = (picture: Gray): number => picture.data[144 * WIDTH + 192]!;
  assert.equal(at(curvature(filled((x, y) => 3 * x + 2 * y), WIDTH)), 0);
  assert.equal(at(curvature(filled((x, y) => (x === 192 && y === 144 ? 10 : 0)), 1)), -20);
  assert.equal(at(softened(filled((x, y) => (x === 192 && y === 144 ? 16 : 0)))), 4);
});
