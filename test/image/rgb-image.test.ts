import { expect, test } from 'vitest';

import { fromRgba } from '../../src/image/rgb-image.js';

test('alpha is dropped, not composited', () => {
  const data = new Uint8ClampedArray([10, 20, 30, 0, 40, 50, 60, 128]);
  expect(fromRgba({ width: 2, height: 1, data })).toEqual({
    width: 2,
    height: 1,
    data: Uint8Array.of(10, 20, 30, 40, 50, 60),
  });
});

test.each([
  [{ width: 0, height: 1, data: new Uint8Array(0) }, 'expected a picture of at least 1x1 pixels, got 0x1'],
  [
    { width: 1.5, height: 2, data: new Uint8Array(12) },
    'expected a picture of at least 1x1 pixels, got 1.5x2',
  ],
  [{ width: 2, height: 2, data: new Uint8Array(12) }, 'expected 16 bytes for 2x2 RGBA pixels, got 12'],
])('sizes that do not fit are refused', (image, message) => {
  expect(() => fromRgba(image)).toThrow(new RangeError(message));
});
