import { describe, expect, test } from 'vitest';

import type { Drawing, Point, Shape, Words } from '../../src/visual/drawing.js';
import { toPixels } from '../../src/visual/raster.js';
import { dots } from './dots.js';

const color = [0, 0, 0] as const;
const drawing = (width: number, height: number, shapes: readonly Shape[]): Drawing => {
  return { width, height, title: '', description: '', shapes };
};
const drawn = (width: number, height: number, ...shapes: Shape[]) =>
  dots(toPixels(drawing(width, height, shapes), 1));
const words = (text: string, x: number, y: number, more: Partial<Words> = {}): Shape => {
  return { kind: 'words', x, y, text, color, ...more };
};

describe('text', () => {
  test('stands on its baseline, without the accents', () => {
    expect(drawn(12, 11, words('Ég', 0, 8))).toEqual([
      '............',
      '#####.......',
      '#...........',
      '#......####.',
      '####..#...#.',
      '#.....#...#.',
      '#.....#...#.',
      '#####..####.',
      '..........#.',
      '.......###..',
      '............',
    ]);
  });

  test.each([
    ['start', '......#...#.#'],
    ['middle', '..#...#.#....'],
    ['end', '...#.#.......'],
  ] as const)('its %s stands at x', (anchor, bottom) => {
    const line = words('H.', 6, 7, { anchor });
    expect(drawn(13, 7, line)[6]).toBe(bottom);
  });

  test('upright it is read from the bottom to the top', () => {
    expect(drawn(8, 7, words('L.', 7, 7, { isUpright: true }))).toEqual([
      '......#.',
      '........',
      '......#.',
      '......#.',
      '......#.',
      '......#.',
      '#######.',
    ]);
  });

  test('a sign that the font does not have is a box', () => {
    expect(drawn(5, 7, words('猫', 0, 7))).toEqual(['#####', ...Array(5).fill('#...#'), '#####']);
  });

  test('what leaves the paper is cut off', () => {
    expect(drawn(2, 2, words('H', -4, 1))).toEqual(['#.', '..']);
  });
});

describe('boxes and prints', () => {
  test('a unit is `scale` dots, and edges go to the nearest dot', () => {
    const box: Shape = { kind: 'box', x: 0.5, y: 0.2, width: 1, height: 1, color };
    expect(dots(toPixels(drawing(2, 1.5, [box]), 2))).toEqual(['.##.', '.##.', '....']);
  });

  test('later shapes lie over earlier ones', () => {
    const box = (x: number, value: number): Shape => {
      return { kind: 'box', x, y: 0, width: 2, height: 1, color: [value, value, value] };
    };
    expect(drawn(4, 1, box(0, 0), box(1, 255))).toEqual(['#...']);
  });

  test('a photograph is stretched over its rectangle, and cut at the edge', () => {
    const image = { width: 1, height: 1, data: Uint8Array.of(0, 0, 0) };
    expect(drawn(4, 3, { kind: 'print', x: 2, y: 1, width: 3, height: 4, image })).toEqual([
      '....',
      '..##',
      '..##',
    ]);
  });
});

describe('strokes', () => {
  const line = (width: number, ...points: Point[]): Shape => ({ kind: 'line', points, width, color });

  test('go from point to point, and keep their width', () => {
    expect(drawn(9, 5, line(1, [0, 0.5], [8.5, 0.5], [8.5, 5]))).toEqual([
      '#########',
      ...Array(4).fill('........#'),
    ]);
    expect(drawn(5, 4, line(2, [0, 2], [5, 2]))).toEqual(['.....', '#####', '#####', '.....']);
  });

  test('lean, and end round', () => {
    expect(drawn(5, 5, line(1, [0.5, 4.5], [4.5, 0.5]))).toEqual([
      '....#',
      '...#.',
      '..#..',
      '.#...',
      '#....',
    ]);
  });

  test('are soft at their edges', () => {
    const { data } = toPixels(drawing(1, 3, [line(1, [0, 1.25], [1, 1.25])]), 1);
    expect([data[0], data[3], data[6]]).toEqual([191, 64, 255]);
  });

  test('are cut at the edge of the paper; a point alone has none', () => {
    expect(drawn(2, 2, line(1, [-5, 0.5], [9, 0.5]))).toEqual(['##', '..']);
    expect(drawn(2, 2, line(1, [1, 1]))).toEqual(['..', '..']);
  });
});

test('a drawing of too many dots is refused before it takes memory', () => {
  expect(() => toPixels(drawing(9000, 9000, []), 1)).toThrow(
    new RangeError('expected at most 67108864 dots, got 9000×9000: write an .svg instead'),
  );
});
