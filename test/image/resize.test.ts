import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { resizeBicubic } from '../../src/image/resize.js';
import { bicubicTaps, PRECISION_BITS } from '../../src/image/resize-taps.js';
import { anyPicture, plain } from './pictures.js';
import { vectors } from './test-vectors.js';

const side = fc.integer({ min: 1, max: 40 });

describe('bicubic resize', () => {
  test.each(vectors.bicubic_resize_8bit)('$id equals Pillow', ({ input, expected }) => {
    const rows = input.image_rows;
    const data = Uint8Array.from(rows.flat().flatMap((level) => [level, level, level]));
    const image = resizeBicubic({ width: rows[0]?.length ?? 0, height: rows.length, data }, ...input.out_wh);
    expect([...image.data]).toEqual(expected.rows.flat().flatMap((level) => [level, level, level]));
  });

  test('a picture of one colour keeps it at any size', () => {
    const color = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(side, side, side, side, color, (w, h, toW, toH, rgb) => {
        expect(resizeBicubic(plain(w, h, rgb), toW, toH)).toEqual(plain(toW, toH, rgb));
      }),
    );
  });

  test('resizing to its own size changes nothing', () => {
    fc.assert(
      fc.property(anyPicture(20), (image) => {
        expect(resizeBicubic(image, image.width, image.height)).toEqual(image);
      }),
    );
  });

  test('a window equals the same part of the whole', () => {
    fc.assert(
      fc.property(anyPicture(16), side, side, fc.gen(), (image, width, height, g) => {
        const left = g(fc.nat, width - 1);
        const top = g(fc.nat, height - 1);
        const window = { left, top, width: width - left, height: height - top };
        const whole = resizeBicubic(image, width, height);
        const part = resizeBicubic(image, width, height, window);
        for (let y = 0; y < window.height; y++) {
          const from = ((top + y) * width + left) * 3;
          const row = part.data.subarray(y * window.width * 3, (y + 1) * window.width * 3);
          expect(row).toEqual(whole.data.subarray(from, from + window.width * 3));
        }
      }),
    );
  });

  test('sizes and windows that make no sense are refused', () => {
    const image = plain(4, 4, [1, 2, 3]);
    expect(() => resizeBicubic(image, 0, 4)).toThrow(
      'expected a window inside 0x4 pixels, got 0x4 at (0, 0)',
    );
    expect(() => resizeBicubic(image, 2.5, 4)).toThrow(RangeError);
    expect(() => resizeBicubic(image, 8, 8, { left: 5, top: 0, width: 4, height: 4 })).toThrow(
      '4x4 at (5, 0)',
    );
    expect(() => resizeBicubic({ ...image, width: 5 }, 2, 2)).toThrow(
      'expected 60 bytes for 5x4 RGB pixels, got 48',
    );
  });
});

describe('taps', () => {
  test('the weights of an output sum to one, up to the rounding of each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (from, to) => {
        const taps = bicubicTaps(from, to);
        for (let i = 0; i < to; i++) {
          const sum = taps.weights.subarray(i * taps.width, (i + 1) * taps.width).reduce((a, b) => a + b, 0);
          expect(Math.abs(sum - 2 ** PRECISION_BITS)).toBeLessThanOrEqual(taps.width);
        }
      }),
    );
  });

  test('doubling reads at most four neighbours, halving eight', () => {
    expect(Math.max(...bicubicTaps(100, 200).length)).toBe(4);
    expect(Math.max(...bicubicTaps(100, 50).length)).toBe(8);
  });
});
