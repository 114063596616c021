import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { encodePng } from '../../src/image/encode-png.js';
import type { Drawing, Point } from '../../src/visual/drawing.js';
import { type Curve, type LineChart, lineChart } from '../../src/visual/line-chart.js';
import { toPixels } from '../../src/visual/raster.js';
import { toSvg } from '../../src/visual/svg.js';
import { outside } from './outside.js';
import { elementsOf, parseXml } from './xml.js';

const chart = (curves: readonly Curve[], more: Partial<LineChart> = {}): Drawing =>
  lineChart({ title: 't', xLabel: 'x', yLabel: 'y', curves, ...more });
const curve = (points: readonly Point[], label = 'c'): Curve => ({ label, points });
const linesOf = ({ shapes }: Drawing) => shapes.filter((shape) => shape.kind === 'line');
const wordsOf = ({ shapes }: Drawing) =>
  shapes.flatMap((shape) => (shape.kind === 'words' ? [shape.text] : []));
const falling: Point[] = Array.from({ length: 50 }, (_, i) => [i, 5 * 0.9 ** i]);

test('names its axes, its curves, and round ticks that enclose the values', () => {
  const title = 'Stage 1 <nano> & more';
  const drawing = chart([curve([[0, 0.3], [60, 4.9]], 'a'), curve([[0, 2]], 'b')], { title, xLabel: 'step' }); // biome-ignore format: points
  expect(wordsOf(drawing)).toEqual([
    ...[title, 'a', 'b'],
    ...['0', '10', '20', '30', '40', '50', '60', 'step'],
    ...['0', '1', '2', '3', '4', '5', 'y'],
  ]);
  const svg = elementsOf(parseXml(toSvg(drawing)));
  expect(svg.find(({ name }) => name === 'title')?.text).toBe(title);
  expect(drawing.description).toBe('y over step. a: from 0.3 to 4.9. b: from 2 to 2.');
});

test('the first and the last value lie where their ticks are', () => {
  const drawing = chart([curve([[0, 0], [6, 6]])]); // biome-ignore format: points
  const [line] = linesOf(drawing);
  const boxes = drawing.shapes.filter((shape) => shape.kind === 'box');
  const across = boxes.filter(({ height, width }) => height === 1 && width > 1);
  const upward = boxes.filter(({ height, width }) => width === 1 && height > 1);
  const middle = ({ x, y }: { x: number; y: number }) => [x + 0.5, y + 0.5];
  const corner = (column: number, row: number) => [
    middle(upward.at(column) ?? expect.unreachable())[0],
    middle(across.at(row) ?? expect.unreachable())[1],
  ];
  expect(line?.points).toEqual([corner(0, 0), corner(-1, -1)]);
});

test('values that are not finite interrupt the curve; one alone is a dot', () => {
  const points: Point[] = [[0, 1], [1, Number.NaN], [2, 1], [3, 2], [4, Number.POSITIVE_INFINITY]]; // biome-ignore format: points
  const drawing = chart([curve(points)]);
  expect(linesOf(drawing).map((line) => line.points.length)).toEqual([2]);
  expect(drawing.shapes.filter((shape) => shape.kind === 'box' && shape.width === 4)).toHaveLength(1);
});

test('on a logarithmic axis equal factors are equal ways, and 0 interrupts the curve', () => {
  const points: Point[] = [[0, 1e-6], [1, 1e-4], [2, 1e-2], [3, 0], [4, 1e-2], [5, 1]]; // biome-ignore format: points
  const drawing = chart([curve(points)], { isLog: true });
  const [[a, b, c] = []] = linesOf(drawing).map((line) => line.points.map(([, y]) => y));
  expect((a ?? 0) - (b ?? 0)).toBeCloseTo((b ?? 0) - (c ?? 0));
  expect(linesOf(drawing)).toHaveLength(2);
  expect(wordsOf(drawing)).toEqual(expect.arrayContaining(['1e-6', '0.01', '1']));
});

describe('nothing leaves the paper', () => {
  const labels = Array.from({ length: 30 }, (_, i) =>
    curve(falling, `${'猫'.repeat(i)} ${'long '.repeat(i)}`),
  );
  test.each<[string, readonly Curve[], boolean]>([
    ['a fall', [curve(falling)], false],
    ['a fall, logarithmic', [curve(falling)], true],
    ['one point', [curve([[3, 5]])], false],
    ['a constant', [curve(falling.map(([x]) => [x, -7]))], false],
    ['huge numbers', [curve([[-1e300, 1e300], [1e300, -1e300]])], false], // biome-ignore format: points
    ['tiny numbers', [curve([[0, 1e-200], [1, 3e-9]])], true], // biome-ignore format: points
    ['some long names', labels.slice(0, 12), false],
  ])('%s', (_, curves, isLog) => {
    const drawing = chart(curves, { isLog, title: 'title '.repeat(100) });
    expect(outside(drawing)).toEqual([]);
    expect(toSvg(drawing)).not.toMatch(/NaN|Infinity|undefined/);
    const image = decodeImage(encodePng(toPixels(drawing)));
    expect([image.width, image.height]).toEqual([2 * drawing.width, 2 * drawing.height]);
  });
});

test.each<[string, readonly Curve[], boolean]>([
  ['no curve', [], false],
  ['an empty curve', [curve([])], false],
  ['no finite value', [curve([[0, Number.NaN], [Number.NaN, 0]])], false], // biome-ignore format: points
  ['no value above 0, on a logarithmic axis', [curve([[0, 0], [1, -1]])], true], // biome-ignore format: points
])('%s cannot be drawn', (_, curves, isLog) => {
  expect(() => chart(curves, { isLog })).toThrow(new RangeError('t: expected a point to draw, got none'));
});
