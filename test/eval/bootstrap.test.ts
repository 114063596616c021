import { describe, expect, test } from 'vitest';

import { accuracy } from '../../src/eval/accuracy.js';
import { groupedMean } from '../../src/eval/bootstrap.js';

const groups = (sums: readonly number[], count: number) => sums.map((sum) => ({ sum, count }));

describe('the mean of groups', () => {
  test('weighs every answer the same, however many a group has', () => {
    const { value, n } = groupedMean([
      { sum: 1, count: 1 },
      { sum: 1, count: 3 },
    ]);
    expect([value, n]).toEqual([0.5, 4]);
  });

  test('of single answers has about the interval of independent ones', () => {
    const single = groupedMean(groups([...Array(300).fill(1), ...Array(700).fill(0)], 1));
    const wilson = accuracy(300, 1000);
    expect(single.value).toBe(0.3);
    expect(single.low).toBeCloseTo(wilson.low, 2);
    expect(single.high).toBeCloseTo(wilson.high, 2);
  });

  test('of five equal answers a group is as unsure as of one: asking again tells nothing', () => {
    const once = groupedMean(groups([...Array(30).fill(1), ...Array(70).fill(0)], 1));
    const again = groupedMean(groups([...Array(30).fill(5), ...Array(70).fill(0)], 5));
    expect([again.value, again.low, again.high]).toEqual([once.value, once.low, once.high]);
    expect(again.n).toBe(500);
    const { low, high } = accuracy(150, 500); // what it would be if they were independent
    expect(again.high - again.low).toBeGreaterThan(1.8 * (high - low));
  });

  test('may be negative: the gain of one model over another', () => {
    const { value, low, high } = groupedMean(groups([-1, -1, 0, 0, 0, 0, 0, 1], 1));
    expect(value).toBe(-0.125);
    expect([low < value, value < high]).toEqual([true, true]);
  });

  test('gives the same interval again, and another for another seed', () => {
    const drawn = groups([0, 1, 2, 3, 4, 5, 5, 4, 1, 0, 2], 5);
    expect(groupedMean(drawn)).toEqual(groupedMean(drawn));
    expect(groupedMean(drawn, 1)).not.toEqual(groupedMean(drawn));
  });

  test('needs an answer', () => {
    expect(() => groupedMean([])).toThrow('expected at least one answer to judge, got 0');
  });
});
