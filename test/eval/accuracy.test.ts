import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { accuracy, rankOfTarget } from '../../src/eval/accuracy.js';

describe('accuracy', () => {
  test('comes with Wilson’s interval', () => {
    const { value, low, high } = accuracy(81, 263); // the example of Newcombe 1998, table I
    expect(value).toBeCloseTo(0.308, 3);
    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  test('never leaves 0…1 and always contains the share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const { value, low, high } = accuracy(Math.round(share * n), n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual(value + 1e-12);
          expect(high).toBeGreaterThanOrEqual(value - 1e-12);
        },
      ),
    );
  });

  test('needs an answer to judge', () => {
    expect(() => accuracy(0, 0)).toThrow('expected at least one answer to judge, got 0');
  });
});

describe('the rank of the right label', () => {
  test('counts the scores above it, and gives ties to the lower index', () => {
    expect(rankOfTarget([0.1, 0.9, 0.5], 1)).toBe(0);
    expect(rankOfTarget([0.1, 0.9, 0.5], 2)).toBe(1);
    expect(rankOfTarget([0.5, 0.5, 0.5], 0)).toBe(0);
    expect(rankOfTarget([0.5, 0.5, 0.5], 2)).toBe(2);
  });

  test('refuses scores without an order, and a target that has none', () => {
    expect(() => rankOfTarget([0.5, Number.NaN], 0)).toThrow('expected comparable scores, got NaN at 1');
    expect(() => rankOfTarget([0.5, 0.2], 2)).toThrow('expected a target below 2, got 2');
  });
});
