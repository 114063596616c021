/** Pictures for property tests. */
import fc from 'fast-check';

import type { RgbImage } from '../../src/image/rgb-image.js';

/** Any picture with sides up to `maxSide`. */
export function anyPicture(maxSide: number): fc.Arbitrary<RgbImage> {
  const side = fc.integer({ min: 1, max: maxSide });
  return fc.tuple(side, side).chain(([width, height]) => {
    const length = width * height * 3;
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ width, height, data }));
  });
}

export function plain(width: number, height: number, color: readonly number[]): RgbImage {
  return {
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => color[i % 3] ?? 0),
  };
}
