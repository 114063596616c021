import { describe, expect, test } from 'vitest';

import { type Colormap, heat, ink, legibleOn, luminance, type Rgb } from '../../src/visual/colormap.js';

/** Lightness of OKLab: the way back, with the matrices of its definition. */
function lightness(color: Rgb): number {
  const [r = 0, g = 0, b = 0] = color.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

describe.each<[string, Colormap, first: number, last: number]>([
  ['heat', heat, 0.22, 0.95],
  ['ink', ink, 0.98, 0.36],
])('%s', (_, colormap, first, last) => {
  test('its lightness goes in equal steps, up to the rounding to bytes', () => {
    for (let i = 0; i <= 100; i++) {
      const value = Math.round((i / 100) * 255) / 255; // it has 256 colours
      expect(Math.abs(lightness(colormap(value)) - (first + (last - first) * value))).toBeLessThan(0.004);
    }
  });

  test('what is outside gets the colours of the ends', () => {
    expect([colormap(-3), colormap(7)]).toEqual([colormap(0), colormap(1)]);
  });

  test('numbers on it have a contrast of at least 4.5', () => {
    for (let i = 0; i <= 255; i++) {
      const color = colormap(i / 255);
      const [dark = 0, bright = 0] = [luminance(color), luminance(legibleOn(color))].sort((a, b) => a - b);
      expect((bright + 0.05) / (dark + 0.05)).toBeGreaterThan(4.5);
    }
  });
});

test('white sends all light, black none', () => {
  expect([luminance([255, 255, 255]), luminance([0, 0, 0])]).toEqual([1, 0]);
});
