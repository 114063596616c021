/** What the npm package jpeg-js makes of our files, and why the project decodes JPEG itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import jpeg from 'jpeg-js';
import { expect, test } from 'vitest';

import { decodeImage } from '../../../src/image/decode.js';

const fixtures = join(import.meta.dirname, '../../fixtures');
const read = (name: string): Uint8Array => readFileSync(join(fixtures, name));

/** The largest difference between the two decoders, in levels. */
function largestDifference(file: Uint8Array): number {
  const ours = decodeImage(file).data;
  const theirs = jpeg.decode(file, { useTArray: true, formatAsRGBA: false }).data;
  return ours.reduce(
    (largest, level, i) => Math.max(largest, Math.abs(level - (theirs[i] ?? Number.NaN))),
    0,
  );
}

test.each(['gray', 'cmyk'])('it agrees on %s up to rounding', (kind) => {
  expect(largestDifference(read(`reference/preprocess/jpeg-${kind}/image.jpg`))).toBeLessThanOrEqual(1);
});

test.each(['420', '422', 'progressive'])(
  'it repeats the chroma of %s instead of interpolating it',
  (kind) => {
    expect(largestDifference(read(`reference/preprocess/jpeg-${kind}/image.jpg`))).toBeGreaterThan(30);
  },
);

test('it refuses a whole progressive file with restart markers', () => {
  const file = read('image/jpeg/ycc-420-progressive-restart.jpg');
  expect(() => jpeg.decode(file, { useTArray: true })).toThrow('unexpected marker');
  expect(decodeImage(file)).toMatchObject({ width: 50, height: 70 });
});
