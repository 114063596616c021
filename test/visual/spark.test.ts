import { expect, test } from 'vitest';

import { condensed, spark } from '../../src/visual/spark.js';

test('numbers from 0 to 1 are columns, an eighth at least', () => {
  expect(spark([0, 1 / 8, 0.25, 0.5, 0.75, 1])).toEqual(['▁▁▂▄▆█']);
  expect(spark([Number.NaN, -5, 5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])).toEqual(['?▁█▁█']);
  expect(spark([])).toEqual(['']);
});

test('of several lines the upper ones are reached by the larger numbers', () => {
  expect(spark([0, 0.25, 0.5, 0.75, 1, Number.NaN], 2)).toEqual(['   ▄█ ', '▁▄███?']);
});

test('more numbers than columns are the largest of neighbours', () => {
  const values = [1, 2, 3, 4, 5, 6, 7];
  expect(condensed(values, 7)).toEqual(values);
  expect(condensed(values, 4)).toEqual([2, 4, 6, 7]);
  expect(condensed(values, 3)).toEqual([3, 6, 7]);
  expect(condensed(values, 0)).toEqual([7]);
  expect(condensed([], 5)).toEqual([]);
  expect(condensed([1, Number.NaN, 3, 4], 2)).toEqual([Number.NaN, 4]); // a gap is not hidden
});
