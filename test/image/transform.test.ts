import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { padToSquare } from '../../src/image/pad.js';
import { resizeBicubic } from '../../src/image/resize.js';
import {
  applyTransform,
  roundHalfEven,
  shortSideSize,
  TRANSFORM_NAMES,
  type TransformName,
} from '../../src/image/transform.js';
import { anyPicture, plain } from './pictures.js';
import { vectors } from './test-vectors.js';

describe('short side and centre crop', () => {
  test.each(vectors.resize_short_side_center_crop)('$id', ({ input, expected }) => {
    if ('difference' in input && 'offset' in expected) {
      expect(roundHalfEven(input.difference / 2)).toBe(expected.offset);
    } else if ('size' in input && 'resized' in expected) {
      const resized = shortSideSize(input.w, input.h, input.size);
      expect(resized).toEqual(expected.resized);
      expect(resized.map((side) => roundHalfEven((side - input.size) / 2))).toEqual(expected.crop_left_top);
    } else throw new Error('a vector of another kind');
  });

  test('the two crops differ where the margin is 3 more than a multiple of 4', () => {
    const image = gradient(59, 56); // a margin of 3: torchvision starts at column 2, the card at column 1
    const [classification, card] = [
      applyTransform(image, 'classification', 56),
      applyTransform(image, 'card', 56),
    ];
    expect([classification.data[0], card.data[0]]).toEqual([2, 1]);
  });

  test('only the part that is kept is computed, however long the picture', () => {
    const image = plain(65_535, 1, [9, 8, 7]); // resized whole it would have 3.3 thousand million pixels
    for (const name of ['classification', 'card'] as const) {
      const { data } = applyTransform(image, name, 224);
      expect(data.every((level, i) => level === 9 - (i % 3))).toBe(true);
    }
  });
});

describe('padding', () => {
  test('puts the picture in the middle of the mean colour', () => {
    const square = padToSquare(plain(4, 1, [1, 1, 1]));
    expect(square).toMatchObject({ width: 4, height: 4 });
    expect([...square.data.subarray(0, 3)]).toEqual([123, 116, 103]);
    expect([...square.data.subarray(12, 24)]).toEqual(new Array(12).fill(1)); // (4 − 1) / 2 = 1 row above
  });

  test('a square stays as it is', () => {
    const image = plain(3, 3, [4, 5, 6]);
    expect(padToSquare(image)).toBe(image);
  });

  test('a square beyond memory is refused', () => {
    expect(() => applyTransform(plain(65_535, 1, [0, 0, 0]), 'chat-pad', 224)).toThrow(
      'at most 13377 pixels to pad',
    );
  });
});

describe('all transforms', () => {
  test('give a square of the size asked for', () => {
    fc.assert(
      fc.property(
        anyPicture(30),
        fc.constantFrom(...TRANSFORM_NAMES),
        fc.integer({ min: 1, max: 30 }),
        (image, name, size) => {
          expect(applyTransform(image, name, size)).toMatchObject({ width: size, height: size });
        },
      ),
    );
  });

  test('squashing is a plain resize', () => {
    const image = gradient(20, 10);
    expect(applyTransform(image, 'retrieval', 7)).toEqual(resizeBicubic(image, 7, 7));
  });

  test('unknown names and sizes are refused', () => {
    const image = gradient(2, 2);
    expect(() => applyTransform(image, 'crop' as TransformName, 8)).toThrow(
      'expected a transform of classification, retrieval, card, chat-pad, got crop',
    );
    expect(() => applyTransform(image, 'card', 0)).toThrow('expected a size in whole pixels from 1, got 0');
  });
});

/** The column's number in every channel. */
function gradient(width: number, height: number): ReturnType<typeof plain> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3) % width);
  return { width, height, data };
}
