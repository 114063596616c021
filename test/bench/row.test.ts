import { expect, test } from 'vitest';

import { type RowPlan, rounds, type Unit } from './contest.js';
import { CANARY_FLOPS } from './contestant/canary.js';
import type { Sample } from './contestant/sampler.js';
import { failedRow, jsonRow, measuredRow, type Series } from './row.js';
import { cleanShare, median, relativeL2 } from './statistics.js';

const sample = (milliseconds: number, canary = 1): Sample => ({
  milliseconds,
  canaries: [canary, 1],
  peakBytes: milliseconds * 1e9,
});

const seriesOf = (ours: number[], theirs: number[], work = 0): ReadonlyMap<string, Series> =>
  new Map([
    ['a.run', { samples: ours.map((ms) => sample(ms)), work }],
    ['b.run', { samples: theirs.map((ms) => sample(ms)), work }],
  ]);

const plan = (unit: Unit, more: Partial<RowPlan> = {}): RowPlan => ({
  ...{ name: 'row', threads: 1, peer: 'b', unit, goal: 2, ours: 'a.run', theirs: 'b.run' },
  ...more,
});

const measuredOf = (row: RowPlan, series: ReadonlyMap<string, Series>) => {
  const made = measuredRow(row, series, 1);
  return 'measured' in made ? made.measured : undefined;
};

test('the median of odd and even counts, in any order', () => {
  expect(median([3])).toBe(3);
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 10, 2])).toBe(3);
  expect(() => median([])).toThrow(RangeError);
});

test.each<[Unit, number, number, number]>([
  ['ms', 10, 40, 4],
  ['s', 0.01, 0.04, 4],
  ['GB', 10, 40, 4],
  ['samples/s', 12_800, 3_200, 4],
  ['tokens/s', 12_800, 3_200, 4],
  ['GFLOPS', 12.8e-6, 3.2e-6, 4],
  ['GB/s', 12.8e-6, 3.2e-6, 4],
])('in %s, four times faster is a ratio of 4', (unit, ours, theirs, ratio) => {
  const measured = measuredOf(plan(unit), seriesOf([30, 10, 5], [40, 50, 20], 128));
  expect(measured?.ours).toBeCloseTo(ours, 9);
  expect(measured?.theirs).toBeCloseTo(theirs, 9);
  expect(measured?.ratio).toBeCloseTo(ratio, 6);
});

test('the best is the least time or the highest rate', () => {
  const series = seriesOf([30, 10, 5], [40, 50, 20], 1e9);
  expect(measuredOf(plan('ms'), series)).toMatchObject({ best_ours: 5, best_theirs: 20 });
  expect(measuredOf(plan('GB/s'), series)).toMatchObject({ best_ours: 200, best_theirs: 50 });
});

test('a row may be decided by the best, against a budget, or by a multiple of theirs', () => {
  const series = seriesOf([30, 10, 5], [40, 50, 20]);
  const best = plan('ms', { decides: 'best' });
  expect(measuredOf(best, series)).toMatchObject({ ours: 5, theirs: 20, ratio: 4 });
  expect(measuredOf(plan('ms', { theirs: { budget: 15 } }), series)?.ratio).toBe(1.5);
  expect(measuredOf(plan('ms', { timesTheirs: 48 }), series)).toMatchObject({ theirs: 1920, ratio: 192 });
});

test('the limit of the lanes is what the fastest canary did', () => {
  const row = plan('GFLOPS', { theirs: { limit: 'lanes' }, goal: 0.8 });
  const series = seriesOf([4, 5, 8], [], CANARY_FLOPS);
  const made = measuredRow(row, series, 2.5);
  const limit = CANARY_FLOPS / 2.5e6;
  expect(made).toMatchObject({ measured: { theirs: limit, best_theirs: limit, ratio: 0.5 } });
});

test('samples between slow canaries are not clean', () => {
  const samples = [sample(1, 1), sample(1, 1.08), sample(1, 1.1), sample(1, 3)];
  expect(cleanShare(samples, 1)).toBe(0.5);
  expect(
    measuredRow(
      plan('ms'),
      new Map([
        ['a.run', { samples, work: 0 }],
        ['b.run', { samples: [sample(1)], work: 0 }],
      ]),
      1,
    ),
  ).toMatchObject({
    measured: { clean: 0.6 },
  });
});

test('a side without samples is an error, not a number', () => {
  expect(() => measuredRow(plan('ms'), new Map(), 1)).toThrow('expected samples of a.run, got none');
});

test('json has the eight fields first, in their order, and null for what failed', () => {
  const row = measuredRow(plan('ms'), seriesOf([10], [40]), 1);
  const fields = ['name', 'threads', 'peer', 'ours', 'theirs', 'unit', 'ratio', 'goal'];
  expect(Object.keys(jsonRow(row)).slice(0, 8)).toEqual(fields);
  expect(jsonRow(row)).toMatchObject({ ours: 10, theirs: 40, ratio: 4, goal: 2 });
  const failed = jsonRow(failedRow(plan('ms'), 'it fell'));
  expect(Object.keys(failed).slice(0, 8)).toEqual(fields);
  expect(failed).toMatchObject({ ours: null, theirs: null, ratio: null, goal: 2, failure: 'it fell' });
});

test('turns alternate', () => {
  expect(rounds(2, 'a.x', 'b.y', 'c.z')).toEqual(['a.x', 'b.y', 'c.z', 'a.x', 'b.y', 'c.z']);
});

test('relative L2', () => {
  expect(relativeL2(Float32Array.of(3, 4), Float32Array.of(3, 4))).toBe(0);
  expect(relativeL2(Float32Array.of(3, 4.5), Float32Array.of(3, 4))).toBeCloseTo(0.1, 6);
  expect(() => relativeL2(Float32Array.of(1), Float32Array.of(1, 2))).toThrow('expected 2 values, got 1');
});
