import { expect, test } from 'vitest';

import { lossCurve, lossCurves, runningMean } from '../../src/train/loss-curve.js';
import type { Drawing, Point } from '../../src/visual/drawing.js';

const linesOf = ({ shapes }: Drawing) => shapes.filter((shape) => shape.kind === 'line');

test('the running mean is of the last values that are finite', () => {
  // biome-ignore format: one line
  const points: Point[] = [[0, 2], [1, Number.NaN], [2, 4], [3, 6]];
  expect(runningMean(points, 3).map(([, y]) => y)).toEqual([2, 2, 3, 5]);
});

test('every value is pale, their mean strong and above them', () => {
  const losses = [3, 1, 2, 0];
  const [each, mean] = linesOf(lossCurve(losses.map((loss, step) => ({ step, loss })), 'Stage 1', 2)); // biome-ignore format: one line
  expect([each?.width, mean?.width]).toEqual([1, 2]);
  expect(Math.min(...(each?.color ?? []))).toBeGreaterThan(Math.min(...(mean?.color ?? [])));
  const top = (line: typeof mean) => Math.min(...(line?.points.map(([, y]) => y) ?? []));
  expect(top(each)).toBe(top(mean)); // the first value is its own mean
});

test('a long run is thinned, and keeps its last step', () => {
  const records = Array.from({ length: 12_345 }, (_, step) => ({ step, loss: 5 / (1 + step) }));
  const drawn = linesOf(lossCurve(records, 'long')).map(({ points }) => points.length);
  expect(drawn).toEqual([950, 950]);
  expect(linesOf(lossCurve(records.slice(0, 100), 'short'))[0]?.points).toHaveLength(100);
});

test('several runs are a mean each, by their names', () => {
  const runs = ['a', 'b'].map((name, r) => ({
    name,
    records: [0, 1, 2].map((step) => ({ step, loss: r + step })),
  }));
  const drawing = lossCurves(runs, 2);
  expect(linesOf(drawing).map(({ points, width }) => [points.length, width])).toEqual([[3, 2], [3, 2]]); // biome-ignore format: one line
  expect(drawing.description).toBe('loss over step. a: from 0 to 1.5. b: from 1 to 2.5.');
});

test('a log of broken steps alone cannot be drawn', () => {
  expect(() => lossCurve([{ step: 0, loss: Number.NaN }], 'broken')).toThrow(
    'broken: expected a point to draw',
  );
});
