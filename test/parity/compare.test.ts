import { expect, test } from 'vitest';

import { distance, judge, judgeEqual, type Values } from '../../src/parity/compare.js';

const vector = (...data: number[]): Values => ({ shape: [data.length], data });

test('relative L2 is the norm of the difference over the norm of the expected tensor', () => {
  const found = distance(vector(3, 4.5), vector(3, 4));
  expect(found).toMatchObject({ relativeL2: 0.1, maxAbs: 0.5, meanAbs: 0.25, differing: 1, count: 2 });
});

test('squares are summed in float64: a small difference is seen beside a large value', () => {
  const expected = vector(1e8, ...new Array<number>(1000).fill(1e-3));
  const actual = { ...expected, data: Array.from(expected.data, (x) => (x === 1e-3 ? 2e-3 : x)) };
  expect(distance(actual, expected).relativeL2).toBeCloseTo(Math.sqrt(1000) * 1e-11, 14);
});

test('a tensor passes at its tolerance and fails just above it', () => {
  const expected = vector(3, 4);
  expect(judge('x', vector(3, 4.5), expected, { relativeL2: 0.1 }).ok).toBe(true);
  const failed = judge('x', vector(3, 4.51), expected, { relativeL2: 0.1 });
  expect(failed).toMatchObject({ ok: false, problem: 'relative L2 0.102 is not within 0.100' });
});

test('max abs and mean abs must both hold', () => {
  const expected = vector(10, 10, 10, 10);
  const tolerance = { maxAbs: 4, meanAbs: 0.5 };
  expect(judge('x', vector(10, 12, 10, 10), expected, tolerance).ok).toBe(true);
  expect(judge('x', vector(10, 14, 10, 10), expected, tolerance).problem).toMatch(/mean abs 1.00/);
  expect(judge('x', vector(10, 15, 10, 10), expected, tolerance).problem).toMatch(/max abs 5.00/);
});

test('exact means every element', () => {
  expect(judge('ids', vector(1, 2, 3), vector(1, 2, 3), { exact: true }).ok).toBe(true);
  const failed = judge('ids', vector(1, 2, 4), vector(1, 2, 3), { exact: true });
  expect(failed).toMatchObject({ ok: false, problem: '1 of 3 elements differ' });
});

test('NaN never passes, wherever it is', () => {
  for (const tolerance of [{ relativeL2: 1 }, { maxAbs: 1 }, { meanAbs: 1 }, { exact: true as const }]) {
    expect(judge('x', vector(Number.NaN, 1), vector(1, 1), tolerance).ok).toBe(false);
    expect(judge('x', vector(1, 1), vector(Number.NaN, 1), tolerance).ok).toBe(false);
  }
});

test('an expected infinity must be met exactly', () => {
  const expected = vector(Number.NEGATIVE_INFINITY, 1);
  expect(judge('x', expected, expected, { relativeL2: 1e-6 }).ok).toBe(true);
  expect(judge('x', vector(-1e30, 1), expected, { relativeL2: 1e-6 }).ok).toBe(false);
});

test('where zero is expected the norm itself must be at most 1e-6', () => {
  expect(judge('x', vector(0, 1e-7), vector(0, 0), { relativeL2: 1e-9 }).ok).toBe(true);
  expect(judge('x', vector(0, 1e-5), vector(0, 0), { relativeL2: 1 }).problem).toMatch(/expected zero/);
});

test('only the rows of the mask count', () => {
  const expected = { shape: [1, 2, 2], data: [1, 2, 0, 0] };
  const actual = { shape: [1, 2, 2], data: [1, 2, 9, 9] };
  const mask = { shape: [1, 2], data: [1, 0] };
  expect(judge('x', actual, expected, { relativeL2: 1e-6 }, mask).ok).toBe(true);
  expect(judge('x', actual, expected, { relativeL2: 1e-6 }).ok).toBe(false);
  const wrong = { shape: [1, 2, 2], data: [1, 3, 0, 0] };
  expect(judge('x', wrong, expected, { relativeL2: 1e-6 }, mask).ok).toBe(false);
});

test('nothing to compare is a failure, not a pass', () => {
  const empty = { shape: [0], data: [] };
  expect(judge('x', empty, empty, { relativeL2: 1 }).problem).toMatch(/no element/);
  const mask = { shape: [1, 2], data: [0, 0] };
  const x = { shape: [1, 2], data: [1, 2] };
  expect(judge('x', x, x, { relativeL2: 1 }, mask).problem).toMatch(/no element/);
  expect(judge('x', undefined, x, { relativeL2: 1 }).problem).toMatch(/did not produce/);
  expect(judgeEqual('x', [], []).ok).toBe(false);
});

test('shapes must agree, also when the number of elements does', () => {
  const [a, b] = [
    { shape: [2, 3], data: [1, 2, 3, 4, 5, 6] },
    { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
  ];
  expect(judge('x', a, b, { relativeL2: 1 }).problem).toBe('expected [3, 2], got [2, 3]');
  expect(judge('x', a, a, { relativeL2: 1 }, b).problem).toBe('expected a row mask [2, 3], got [3, 2]');
});

test('lists of exact things name the first that differs', () => {
  expect(judgeEqual('ids', [[1, 2], [3]], [[1, 2], [3]]).ok).toBe(true);
  const failed = judgeEqual('ids', [[1, 2], [4]], [[1, 2], [3], [5]]);
  expect(failed.problem).toBe('2 of 3 differ; item 1: expected [3], got [4]');
});
