import { expect, test } from 'vitest';

import { toPixels } from '../../src/image/normalize.js';
import { plain } from './pictures.js';
import { vectors } from './test-vectors.js';

test.each(vectors.normalise_pixel)('$id', ({ input, expected }) => {
  const pixels = toPixels(plain(1, 1, input.rgb));
  for (const [c, value] of expected.norm.entries()) expect(pixels[c]).toBeCloseTo(value, 5);
});

test('channels come last, row by row', () => {
  const pixels = toPixels({ width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) });
  expect([...pixels].map((value) => value > 0)).toEqual([false, false, false, true, true, true]);
});

test('dividing by 255 and multiplying by 1/255 differ by at most the last bits', () => {
  const levels = {
    width: 256,
    height: 1,
    data: Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)),
  };
  const [divided, multiplied] = [toPixels(levels, 'classification'), toPixels(levels, 'card')];
  const differences = divided.map((value, i) => Math.abs(value - (multiplied[i] ?? Number.NaN)));
  expect(Math.max(...differences)).toBeLessThan(1e-6);
});

test('data that does not fit its size is refused', () => {
  expect(() => toPixels({ width: 2, height: 2, data: new Uint8Array(11) })).toThrow(
    'expected 12 bytes for 2x2 RGB pixels, got 11',
  );
});
