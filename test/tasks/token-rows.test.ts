import { expect, test } from 'vitest';

import { paddedLeft, paddedRight } from '../../src/tasks/token-rows.js';

test('texts are filled up behind, prompts in front, with 0', () => {
  const rows = [[1, 5], [1, 6, 7, 2], [9]]; // biome-ignore format: rows
  expect(paddedRight(rows).arraySync()).toEqual([[1, 5, 0, 0], [1, 6, 7, 2], [9, 0, 0, 0]]); // biome-ignore format: rows
  expect(paddedLeft(rows).arraySync()).toEqual([[0, 0, 1, 5], [1, 6, 7, 2], [0, 0, 0, 9]]); // biome-ignore format: rows
  expect(paddedLeft([[3]]).dtype).toBe('int32');
});
