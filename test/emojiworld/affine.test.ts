import { expect, test } from 'vitest';

import { type Bend, placeIcon } from '../../src/emojiworld/affine.js';
import { makePyramid, type SquareRgba } from '../../src/emojiworld/pyramid.js';

/** Red left half, green top right, blue bottom right. */
const quarters = (size: number): SquareRgba => {
  const rgba = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const right = i % size >= size / 2;
    const low = i >= (size * size) / 2;
    rgba.set(right ? [0, low ? 0 : 255, low ? 255 : 0, 255] : [255, 0, 0, 255], i * 4);
  }
  return { size, rgba };
};

const at = (layer: Float32Array, size: number, x: number, y: number) =>
  [...layer.subarray((y * size + x) * 4, (y * size + x) * 4 + 4)].map(Math.round);

test('without rotation, scale and shift a layer of the same size holds the same pixels', () => {
  const icon = quarters(16);
  const layer = placeIcon(makePyramid(icon), 16, { rotation: 0, scale: 1, x: 0, y: 0 });
  expect([...layer]).toEqual([...icon.rgba]);
});

test('a quarter turn counter-clockwise brings the right side to the top', () => {
  const layer = placeIcon(makePyramid(quarters(16)), 16, { rotation: Math.PI / 2, scale: 1, x: 0, y: 0 });
  expect(at(layer, 16, 3, 3)).toEqual([0, 255, 0, 255]); // top left: what was top right
  expect(at(layer, 16, 12, 3)).toEqual([0, 0, 255, 255]); // top right: what was bottom right
  expect(at(layer, 16, 3, 12)).toEqual([255, 0, 0, 255]);
});

test('a small icon moved right and down covers its square and nothing else', () => {
  const layer = placeIcon(makePyramid(quarters(64)), 32, { rotation: 0, scale: 0.25, x: 0.25, y: 0.25 });
  let covered = 0;
  for (let i = 3; i < layer.length; i += 4) covered += (layer[i] ?? 0) / 255;
  expect(covered).toBeCloseTo(64, 0);
  expect(at(layer, 32, 22, 22)).toEqual([255, 0, 0, 255]);
  expect(at(layer, 32, 16, 16)).toEqual([0, 0, 0, 0]);
});

test('fine stripes shrink to their mean at every scale instead of aliasing', () => {
  const size = 64;
  const stripes = Uint8Array.from({ length: size * size * 4 }, (_, i) =>
    i % 4 === 3 || (i >> 2) % 2 ? 255 : 0,
  );
  const pyramid = makePyramid({ size, rgba: stripes });
  for (const scale of [0.3, 0.5, 0.8]) {
    const layer = placeIcon(pyramid, 32, { rotation: 0, scale, x: 0, y: 0 });
    expect(Math.abs((at(layer, 32, 16, 16)[0] ?? 0) - 127.5)).toBeLessThan(1);
  }
});

/** A disc that fills three quarters of the square's side. */
const disc = (size: number): SquareRgba => {
  const rgba = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const far = Math.hypot((i % size) + 0.5 - size / 2, Math.floor(i / size) + 0.5 - size / 2);
    if (far < 0.375 * size) rgba.set([255, 255, 255, 255], i * 4);
  }
  return { size, rgba };
};
const still = { rotation: 0.1, scale: 0.8, x: 0, y: 0 };
const bentDisc = (bend: Bend) => placeIcon(makePyramid(disc(64)), 64, { ...still, bend });

/** Sums of alpha: all of it, and in the upper half the share that lies right of the middle. */
const coverOf = (layer: Float32Array) => {
  let area = 0;
  let upper = 0;
  let upperRight = 0;
  for (let i = 0; i < 64 * 64; i++) {
    const alpha = (layer[i * 4 + 3] ?? 0) / 255;
    area += alpha;
    if (i < 32 * 64) upper += alpha;
    if (i < 32 * 64 && i % 64 >= 32) upperRight += alpha;
  }
  return { area, upperRight: upperRight / upper };
};
const extent = (layer: Float32Array, axis: 'x' | 'y') => {
  const seen = new Set<number>();
  for (let i = 0; i < 64 * 64; i++) {
    if ((layer[i * 4 + 3] ?? 0) > 127) seen.add(axis === 'x' ? i % 64 : Math.floor(i / 64));
  }
  return seen.size;
};

test('a bend of nothing changes nothing', () => {
  const straight = placeIcon(makePyramid(disc(64)), 64, still);
  expect(bentDisc({ stretch: 1, shear: 0, wave: 0, phases: [1, 2] })).toEqual(straight);
});

test('bends keep the area: stretched, sheared and waved, also all together', () => {
  const { area } = coverOf(placeIcon(makePyramid(disc(64)), 64, still));
  expect(area).toBeCloseTo(Math.PI * (0.375 * 0.8 * 64) ** 2, -2);
  for (const stretch of [1 / 1.15, 1.15]) {
    for (const shear of [-0.15, 0.15]) {
      for (const wave of [0, 0.04]) {
        for (const phases of [
          [0, 0],
          [1, 4],
          [3, 2],
        ] as const) {
          const bent = coverOf(bentDisc({ stretch, shear, wave, phases }));
          expect(Math.abs(bent.area / area - 1)).toBeLessThan(0.08);
        }
      }
    }
  }
});

test('stretch widens and lowers, shear leans, a wave moves the outline', () => {
  const none: Bend = { stretch: 1, shear: 0, wave: 0, phases: [0, 0] };
  const wide = bentDisc({ ...none, stretch: 1.15 });
  expect(extent(wide, 'x') / extent(wide, 'y')).toBeCloseTo(1.15 ** 2, 1);
  const leaning = coverOf(bentDisc({ ...none, shear: 0.15 })).upperRight;
  expect(leaning).toBeGreaterThan(coverOf(bentDisc(none)).upperRight + 0.02);
  const straight = bentDisc(none);
  const changed = bentDisc({ ...none, wave: 0.04 }).reduce(
    (sum, value, i) => sum + Math.abs(value - (straight[i] ?? 0)) / 255 / 4,
    0,
  );
  expect(changed).toBeGreaterThan(50); // pixels, of some 1,150
});

test('levels halve down to one pixel, and the mean colour ignores what is transparent', () => {
  const pyramid = makePyramid({
    size: 2,
    rgba: new Uint8Array([200, 100, 0, 255, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  });
  expect(pyramid.level(0).side).toBe(2);
  expect(pyramid.level(9).side).toBe(1);
  expect([...pyramid.level(1).data.subarray(16, 20)]).toEqual([50, 25, 0, 64]);
  expect(pyramid.mean.map(Math.round)).toEqual([200, 100, 0]);
});
