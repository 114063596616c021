import { describe, expect, test } from 'vitest';

import { columnsOf } from '../../src/visual/columns.js';
import { matrixCells } from '../../src/visual/matrix-cells.js';
import { inputTable, similarityTable } from '../../src/visual/similarity-matrix.js';

const pictures = ['dog.png', 'cat.png', 'tree.png'].map((name) => ({ name }));
const table = similarityTable({
  texts: ['a dog', '一只猫'],
  pictures,
  cosines: [0.5, 0, /* cat */ 0.25, 0.75, /* tree */ -0.25, 0.125],
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const plain = (line: string): string => line.replace(/\u001b\[[\d;]*m/g, '');

describe('a matrix in a terminal', () => {
  test('has a line a text and a column a picture, the best one with a star', () => {
    expect(matrixCells(table, { columns: 80, isColoured: false })).toEqual([
      '            1       2       3',
      'a dog   *0.50▓   0.25▒  -0.25',
      '一只猫   0.00░  *0.75█   0.13▒',
      '1 dog.png',
      '2 cat.png',
      '3 tree.png',
    ]);
  });

  test('is as wide as there is room: the other columns follow', () => {
    const lines = matrixCells(table, { columns: 24, isColoured: false });
    expect(lines.slice(0, 6)).toEqual([
      '            1       2',
      'a dog   *0.50▓   0.25▒',
      '一只猫   0.00░  *0.75█',
      '            3',
      'a dog   -0.25',
      '一只猫   0.13▒',
    ]);
    expect(Math.max(...lines.map(columnsOf))).toBeLessThanOrEqual(24);
  });

  test('in colours has the same signs on grounds from dark to light', () => {
    const lines = matrixCells(table, { columns: 80, isColoured: true });
    expect(plain(lines[1] ?? '')).toBe('a dog   *0.50    0.25   -0.25 ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const grounds = [...(lines[1] ?? '').matchAll(/\u001b\[48;2;(\d+);/g)].map(([, red]) => Number(red));
    expect(grounds).toEqual([...grounds].sort((a, b) => b - a));
  });
});

test('equal cosines are half full; one input has no other', () => {
  const one = inputTable([{ name: 'photos/of/a/rather/long/path/a.png', isPicture: true }], [1]);
  expect(matrixCells(one, { columns: 40, isColoured: false })).toEqual([
    `${' '.repeat(24)}      1`,
    '…/rather/long/path/a.png   1.00▒',
    '1 photos/of/a/rather/long/path/a.png',
  ]);
});
