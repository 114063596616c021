import { describe, expect, test } from 'vitest';

import type { RgbImage } from '../../src/image/rgb-image.js';
import {
  type Cells,
  captioned,
  greys,
  painted,
  pictureCells,
  rowsOfCells,
  shade,
} from '../../src/visual/cells.js';
import { columnsOf } from '../../src/visual/columns.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const plain = (line: string): string => line.replace(/\u001b\[[\d;]*m/g, '');
/** A line of greys, one dot each. */
const image = (width: number, ...values: number[]): RgbImage =>
  greys(
    values.map((value) => value / 255),
    width,
  );

describe('a picture in cells', () => {
  const picture = image(2, 255, 0, 0, 0); // white, black; black, black

  test('without colours is the shade of two dots each', () => {
    expect(pictureCells(picture, 2, false)).toEqual({ columns: 2, lines: ['▒ '] });
    expect(pictureCells(image(4, 0, 64, 128, 192, 0, 64, 128, 192), 4, false).lines).toEqual([' ░▒▓']);
  });

  test('with colours is upper halves on lower halves', () => {
    const cell = (upper: string, lower: string) => `\u001b[38;2;${upper}m\u001b[48;2;${lower}m▀\u001b[0m`;
    const [line] = pictureCells(picture, 2, true).lines;
    expect(line).toBe(cell('255;255;255', '0;0;0') + cell('0;0;0', '0;0;0'));
  });

  test.each([1, 2, 7, 80])('is %i columns wide, and half as many lines high as a square', (columns) => {
    const { data } = { data: new Uint8Array(3 * 40 * 40).fill(200) };
    for (const isColoured of [false, true]) {
      const { lines } = pictureCells({ width: 40, height: 40, data }, columns, isColoured);
      expect(lines.length).toBe(Math.max(1, Math.round(columns / 2)));
      expect(lines.map(plain).map(columnsOf)).toEqual(lines.map(() => columns));
      expect(lines.every((text) => text.endsWith('\u001b[0m') === isColoured)).toBe(true);
    }
  });
});

test('five shades for numbers from 0 to 1, a question mark for none', () => {
  expect([-1, 0, 0.25, 0.5, 0.75, 1, 9, Number.NaN].map(shade).join('')).toBe('  ░▒▓██?');
});

test('a text on a colour is black or white', () => {
  expect(painted('a', [255, 255, 200])).toBe('\u001b[38;2;0;0;0m\u001b[48;2;255;255;200ma\u001b[0m');
});

test('blocks stand beside each other while there is room, their captions below them', () => {
  const block = (sign: string, lines: number): Cells => ({
    columns: 3,
    lines: Array(lines).fill(sign.repeat(3)),
  });
  const blocks = [captioned(block('a', 2), ['狗狗 dog']), block('b', 1), captioned(block('c', 1), ['x'])];
  expect(rowsOfCells(blocks, 8)).toEqual(['aaa  bbb', 'aaa', '狗…', 'ccc', 'x']);
  expect(rowsOfCells(blocks, 13)).toEqual(['aaa  bbb  ccc', 'aaa       x', '狗…']);
  expect(rowsOfCells(blocks, 1)).toHaveLength(6); // none is left out
});
