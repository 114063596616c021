import { describe, expect, test } from 'vitest';
import {
  type DivergencePanel,
  type DivergencePoint,
  divergenceChart,
} from '../../src/visual/divergence-chart.js';
import type { Drawing } from '../../src/visual/drawing.js';
import { toPixels } from '../../src/visual/raster.js';
import { toSvg } from '../../src/visual/svg.js';
import { outside } from './outside.js';
import { elementsOf, parseXml } from './xml.js';

const point = (name: string, distance: number, limit?: number): DivergencePoint => ({
  name,
  distance,
  limit,
});
const panel = (...points: DivergencePoint[]): DivergencePanel => ({
  title: 'vit',
  yLabel: 'relative L2',
  points,
});
const marksOf = ({ shapes }: Drawing) =>
  shapes.flatMap((shape) => (shape.kind === 'box' && shape.hint ? [shape] : []));
const wordsOf = ({ shapes }: Drawing) =>
  shapes.flatMap((shape) => (shape.kind === 'words' ? [shape.text] : []));
const isRed = ([r, g, b]: readonly number[]): boolean => (r ?? 0) > 2 * Math.max(g ?? 0, b ?? 0);

const drift = panel(
  point('embeddings', 1e-7, 1e-4),
  point('block.0', 1e-6, 1e-4),
  point('block.1', 1e-3, 1e-4),
  point('block.2', 0, 1e-4),
  point('block.3', Number.NaN, 1e-4),
);

describe('the way of one forward', () => {
  const drawing = divergenceChart([drift]);

  test('has a mark a step, from left to right, higher for what is farther, 0 below the axis', () => {
    const marks = marksOf(drawing);
    expect(marks.map(({ x }) => x)).toEqual(marks.map(({ x }) => x).sort((a, b) => a - b));
    const [first, second, third, zero] = marks.map(({ y }) => y);
    expect([first, second, third].map((y) => (zero ?? 0) > (y ?? 0))).toEqual([true, true, true]);
    expect((second ?? 0) - (third ?? 0)).toBeCloseTo(3 * ((first ?? 0) - (second ?? 0))); // a factor of 1000, of 10
    expect(marks.map(({ hint }) => hint)).toEqual([
      'embeddings: relative L2 1.0e-7, limit 1.0e-4',
      'block.0: relative L2 1.0e-6, limit 1.0e-4',
      'block.1: relative L2 1.0e-3, limit 1.0e-4',
      'block.2: relative L2 0, limit 1.0e-4',
    ]);
  });

  test('is red beyond the limit, whose line goes through all steps', () => {
    expect(marksOf(drawing).map(({ color }) => isRed(color))).toEqual([false, false, true, false]);
    const limits = drawing.shapes.filter(
      (shape) => shape.kind === 'box' && shape.height === 1 && isRed(shape.color),
    );
    expect(limits).toHaveLength(5);
    const [y] = limits.map((shape) => (shape.kind === 'box' ? shape.y : 0));
    const [, second, third] = marksOf(drawing).map((mark) => mark.y);
    expect([(y ?? 0) < (second ?? 0), (y ?? 0) > (third ?? 0)]).toEqual([true, true]);
  });

  test('shows what has no distance as a question mark, and joins only what was measured', () => {
    expect(wordsOf(drawing).filter((text) => text === '?')).toHaveLength(1);
    expect(drawing.shapes.filter(({ kind }) => kind === 'line')).toHaveLength(2);
    const apart = divergenceChart([{ ...drift, areApart: true }]);
    expect(apart.shapes.filter(({ kind }) => kind === 'line')).toEqual([]);
  });

  test('is told in words', () => {
    expect(drawing.description).toBe(
      'vit: 5 points. Farthest is block.1: relative L2 1.0e-3, limit 1.0e-4. Not near enough: ' +
        'block.1: relative L2 1.0e-3, limit 1.0e-4; block.3: not measured.',
    );
  });
});

describe('nothing leaves the paper', () => {
  const many = (count: number): DivergencePanel =>
    panel(...Array.from({ length: count }, (_, i) => point(`layer.${i}.self_attn`, 1e-7 * (1 + i), 1e-4)));
  test.each<[string, DivergencePanel[]]>([
    ['one point', [panel(point('a', 1e-5))]],
    ['zeros alone', [panel(point('a', 0), point('b', 0))]],
    ['nothing measured', [panel(point('a', Number.NaN), point('b', Number.POSITIVE_INFINITY))]],
    ['a constant', [panel(...Array(9).fill(point('a', 1, 1)))]],
    ['from least to largest', [panel(point('a', 1e-320), point('b', 1e-59), point('c', 1e300))]],
    ['48 blocks', [many(49)]],
    [
      'many panels',
      [drift, many(40), many(70), drift, many(3), { ...drift, title: 'a long name '.repeat(9) }],
    ],
    ['hostile names', [panel(point('<b> & "c"\u0000', 1), point('猫'.repeat(90), 2))]],
  ])('%s', (_, panels) => {
    const drawing = divergenceChart(panels);
    expect(outside(drawing)).toEqual([]);
    const svg = toSvg(drawing);
    expect(elementsOf(parseXml(svg)).length).toBeGreaterThan(3);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(toPixels(drawing).width).toBe(2 * Math.ceil(drawing.width));
  });
});

test.each<[string, DivergencePanel[], string]>([
  ['no panel', [], 'expected a panel to draw, got none'],
  ['a panel without points', [panel()], 'vit: expected points to draw, got none'],
  ['a distance below 0', [panel(point('a', -1))], 'vit, a: expected a distance of 0 or more, got -1'],
])('%s is an error', (_, panels, message) => {
  expect(() => divergenceChart(panels)).toThrow(new RangeError(message));
});
