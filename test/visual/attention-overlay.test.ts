import { describe, expect, test } from 'vitest';

import { blankImage, type RgbImage } from '../../src/image/rgb-image.js';
import { attentionOverlay } from '../../src/visual/attention-overlay.js';
import { heat, ink } from '../../src/visual/colormap.js';
import { upsample } from '../../src/visual/upsample.js';

const map = { gridY: 2, gridX: 3, patches: Float64Array.of(0.1, 0.2, 0.05, 0.25, 0, 0.15) };
/** Patches of 5×5 dots: their centres are dots. */
const picture = blankImage(15, 10);
picture.data.fill(255);
picture.data.set([200, 100, 50], 0);
const dot = ({ data, width }: RgbImage, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3).subarray(0, 3),
];
const centre = (image: RgbImage, row: number, column: number) => dot(image, 5 * column + 2, 5 * row + 2);

describe('attentionOverlay', () => {
  test('at the centre of each patch stands the colour of its weight, the largest with the last one', () => {
    const image = attentionOverlay(picture, map, { opacity: 1 });
    expect([image.width, image.height]).toEqual([15, 10]);
    for (const [i, weight] of map.patches.entries()) {
      expect(centre(image, Math.floor(i / 3), i % 3)).toEqual([...heat(weight / 0.25)]);
    }
  });

  test('another colormap colours it', () => {
    const image = attentionOverlay(picture, map, { opacity: 1, colormap: ink });
    expect(centre(image, 0, 1)).toEqual([...ink(0.2 / 0.25)]);
  });

  test('the picture below is grey, as bright as it looks', () => {
    const image = attentionOverlay(picture, map, { opacity: 0 });
    expect([dot(image, 0, 0), dot(image, 5, 5)]).toEqual([
      [124, 124, 124],
      [255, 255, 255],
    ]);
  });

  test('opacity mixes the two', () => {
    const [r = 0] = heat(0);
    expect(centre(attentionOverlay(picture, map, { opacity: 0.5 }), 1, 1)[0]).toBe(Math.round((255 + r) / 2));
  });

  test('a map without any weight on the picture cannot be coloured', () => {
    const nowhere = { ...map, patches: new Float64Array(6) };
    expect(() => attentionOverlay(picture, nowhere)).toThrow(
      new RangeError('expected a weight above 0, got 0 as the largest'),
    );
  });
});

describe('upsample', () => {
  test('passes through the values of the grid, and keeps a constant', () => {
    const fine = upsample(map.patches, map, { width: 9, height: 6 });
    map.patches.forEach((value, i) => {
      expect(fine[(3 * Math.floor(i / 3) + 1) * 9 + 3 * (i % 3) + 1]).toBeCloseTo(value, 12);
    });
    for (const value of upsample(new Float64Array(6).fill(0.5), map, { width: 7, height: 5 })) {
      expect(value).toBeCloseTo(0.5, 12);
    }
  });

  test('is linear between two equal slopes', () => {
    const fine = upsample(Float64Array.of(0, 1, 2, 3), { gridY: 1, gridX: 4 }, { width: 8, height: 1 });
    expect(fine[3]).toBeCloseTo(1.25, 12);
    expect(fine[4]).toBeCloseTo(1.75, 12);
  });

  test('wants a value for each cell', () => {
    const few = () => upsample(new Float64Array(5), map, { width: 7, height: 5 });
    expect(few).toThrow(new RangeError('expected 2×3 values, got 5'));
  });
});
