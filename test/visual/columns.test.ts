import { expect, test } from 'vitest';

import { columnsOf, cutPathTo, cutTo, inColumns } from '../../src/visual/columns.js';

test.each([
  ['dog', 3],
  ['红绿灯', 6],
  ['ねこ', 4],
  ['고양이', 6],
  ['ｱｲｳ', 3], // half-width
  ['ＡＢ。', 6], // full-width
  ['e\u0301té', 3], // an accent of its own
  ['\u1112\u1161\u11ab', 2], // one syllable of three letters
  ['🐕 a', 4],
  ['👩‍👩‍👧', 2], // a family, joined
  ['🇫🇷', 2],
  ['❤️', 2], // asks for its emoji form
  ['©', 1],
  ['क्ष', 2],
  ['صاروخ', 5],
  ['', 0],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test('labels are cut and filled to columns, not to characters', () => {
  expect(inColumns('dog', 5)).toBe('dog  ');
  expect(inColumns('红绿灯', 5)).toBe('红绿…');
  expect(inColumns('红绿灯', 4)).toBe('红… ');
  expect(inColumns('traffic light', 6)).toBe('traff…');
  expect([cutTo('dog', 3), cutTo('dogs', 3), cutTo('dogs', 1), cutTo('dogs', 0)]).toEqual([
    'dog',
    'do…',
    '…',
    '',
  ]);
});

test('any label in any width takes exactly that width', () => {
  const labels = [
    '',
    'dog',
    '红绿灯 light',
    '👩‍👩‍👧👩‍👩‍👧',
    'e\u0301e\u0301e\u0301',
    '고양이 고양이',
    'क्षक्ष',
  ];
  for (const label of labels) {
    for (let width = 0; width < 16; width++) expect(columnsOf(inColumns(label, width))).toBe(width);
  }
});

test('what steers a terminal is a space', () => {
  expect(inColumns('a\u001b[31mb\tc\nd', 12)).toBe('a [31mb c d ');
  expect(cutTo('a\u202eb', 9)).toBe('a b');
});

test('of a path the end is kept', () => {
  expect(cutPathTo('photos/dogs/a.png', 30)).toBe('photos/dogs/a.png');
  expect(cutPathTo('photos/dogs/a.png', 14)).toBe('…/dogs/a.png');
  expect(cutPathTo('photos/dogs/a.png', 5)).toBe('…/a.…');
});
