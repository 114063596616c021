import { expect, test } from 'vitest';

import { lineChart, lossCurve, runningMean } from '../../src/train/loss-curve.js';

const texts = (svg: string): string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);
const paths = (svg: string): string[] =>
  [...svg.matchAll(/<path d="([^"]*)" fill="none"/g)].map(([, d = '']) => d);

test('a chart names its axes, its curves, and round ticks that enclose the values', () => {
  const svg = lineChart({
    title: 'Stage 1 <nano> & more',
    xLabel: 'step',
    yLabel: 'loss',
    curves: [
      // biome-ignore format: one line
      { label: 'a', points: [[0, 0.3], [60, 4.9]] },
      // biome-ignore format: one line
      { label: 'b', points: [[0, 2]] },
    ],
  });
  expect(texts(svg)).toEqual([
    'Stage 1 &lt;nano&gt; &amp; more',
    ...['0', '10', '20', '30', '40', '50', '60'],
    ...['0', '1', '2', '3', '4', '5'],
    ...['step', 'loss', 'a', 'b'],
  ]);
});

test('the first and the last value lie where their ticks are', () => {
  // biome-ignore format: one line
  const curves = [{ label: 'c', points: [[0, 0], [6, 6]] }] as const;
  const svg = lineChart({ title: 't', xLabel: 'x', yLabel: 'y', curves });
  const [d = ''] = paths(svg);
  expect(d).toBe('M64 368L740 44');
});

test('values that are not finite interrupt the curve', () => {
  // biome-ignore format: one line
  const points = [[0, 1], [1, Number.NaN], [2, 1], [3, 2]] as const;
  const [d = ''] = paths(
    lineChart({ title: 't', xLabel: 'x', yLabel: 'y', curves: [{ label: 'c', points }] }),
  );
  expect(d.match(/[ML]/g)).toEqual(['M', 'M', 'L']);
});

test('a constant can be drawn, nothing cannot', () => {
  const constant = lineChart({
    title: 't',
    xLabel: 'x',
    yLabel: 'y',
    curves: [{ label: 'c', points: [[3, 5]] }],
  });
  expect(constant).not.toContain('NaN');
  expect(() => lineChart({ title: 'empty', xLabel: 'x', yLabel: 'y', curves: [] })).toThrow(
    'empty: expected a point to draw, got none',
  );
});

test('the running mean is of the last values that are finite', () => {
  // biome-ignore format: one line
  const points = [[0, 2], [1, Number.NaN], [2, 4], [3, 6]] as const;
  expect(runningMean(points, 3).map(([, y]) => y)).toEqual([2, 2, 3, 5]);
});

test('a long run is thinned, and keeps its last step', () => {
  const records = Array.from({ length: 12_345 }, (_, step) => ({ step, loss: 5 / (1 + step) }));
  const drawn = paths(lossCurve(records, 'long')).map((d) => d.match(/[ML]/g)?.length ?? 0);
  expect(drawn).toEqual([950, 950]);
  expect(paths(lossCurve(records.slice(0, 100), 'short'))[0]?.match(/[ML]/g)?.length).toBe(100);
});
