import { describe, expect, test } from 'vitest';

import { linearScale, logScale, type Scale, tickLabel } from '../../src/visual/scale.js';

/** Numbers that repeat: the tests below hold for any. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Ticks rise, enclose the values, lie on the whole axis, and are not too many. */
function expectFit({ ticks, at }: Scale, values: readonly number[], most: number): void {
  expect(ticks.length).toBeGreaterThanOrEqual(2);
  expect(ticks.length).toBeLessThanOrEqual(most);
  ticks.forEach((tick, i) => {
    expect(tick).toBeGreaterThan(ticks[i - 1] ?? Number.NEGATIVE_INFINITY);
  });
  expect([at(ticks[0] ?? 0), at(ticks.at(-1) ?? 0)]).toEqual([
    expect.closeTo(100, 6),
    expect.closeTo(20, 6), // an axis may go upward
  ]);
  for (const value of values) {
    expect(at(value)).toBeLessThanOrEqual(100 + 1e-6);
    expect(at(value)).toBeGreaterThanOrEqual(20 - 1e-6);
  }
}

describe('equal steps', () => {
  test('are round and enclose the numbers', () => {
    expect(linearScale([0.3, 4.9], [0, 1]).ticks).toEqual([0, 1, 2, 3, 4, 5]);
    expect(linearScale([-7, 38], [0, 1]).ticks).toEqual([-10, 0, 10, 20, 30, 40]);
    expect(linearScale([5, 5, 5], [0, 1]).ticks).toEqual([5, 6]);
    expect(linearScale([0], [0, 1]).ticks).toEqual([0, 1]);
  });

  test('whatever the numbers are', () => {
    const random = numbers(1);
    for (let i = 0; i < 300; i++) {
      const size = 10 ** (random.next().value * 30 - 15);
      const shift = (random.next().value - 0.5) * size * 10;
      const values = Array.from({ length: 1 + (i % 5) }, () => shift + random.next().value * size);
      expectFit(linearScale(values, [100, 20]), values, 9);
    }
    for (const values of [[1e16, 1e16 + 2], [5e-324], [-1e300, 1e300]]) {
      expect(linearScale(values, [100, 20]).ticks.every(Number.isFinite)).toBe(true);
    }
  });
});

describe('powers of ten', () => {
  test('enclose the numbers, 2 and 5 between two neighbours', () => {
    expect(logScale([3e-7, 1e-4], [0, 1]).ticks).toEqual([1e-7, 1e-6, 1e-5, 1e-4]);
    expect(logScale([3, 4], [0, 1]).ticks).toEqual([1, 2, 5, 10]);
    expect(logScale([1e-5], [0, 1]).ticks).toEqual([1e-5, 2e-5, 5e-5, 1e-4]);
    expect(logScale([1e-12, 1], [0, 1]).ticks).toEqual([1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]);
    expect(logScale([1e-9, 1e2], [0, 1]).at(1)).toBeCloseTo(9 / 12);
  });

  test('whatever the numbers are', () => {
    const random = numbers(2);
    for (let i = 0; i < 300; i++) {
      const values = Array.from({ length: 1 + (i % 5) }, () => 10 ** (random.next().value * 40 - 20));
      expectFit(logScale(values, [100, 20]), values, 10);
    }
  });
});

test.each([
  [linearScale, [], 'expected numbers for a scale, got none'],
  [linearScale, [1, Number.NaN], 'expected finite numbers for a scale, got NaN'],
  [linearScale, [1, Number.POSITIVE_INFINITY], 'expected finite numbers for a scale, got Infinity'],
  [logScale, [1, 0], 'expected numbers above 0 on a logarithmic scale, got 0'],
  [logScale, [-1], 'expected numbers above 0 on a logarithmic scale, got -1'],
] as const)('what has no scale is an error', (scale, values, message) => {
  expect(() => scale(values, [0, 1])).toThrow(new RangeError(message));
});

test('numbers beside an axis are short', () => {
  const labels = [0, 0.1 + 0.2, 1e-7, 5e-4, 0.002, 12345, 2.5e6, -1e-9].map(tickLabel);
  expect(labels).toEqual(['0', '0.3', '1e-7', '5e-4', '0.002', '12345', '2.5e6', '-1e-9']);
});
