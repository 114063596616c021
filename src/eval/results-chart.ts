/**
 * The results of the benchmark as one picture, in the manner of the paper's figure 2: bars in groups, a panel a task,
 * a whisker for the 95 % interval of each and a red mark where its goal is.
 */
import { legend, legendWidth, yAxis } from '../visual/axes.js';
import { ink, legibleOn, type Rgb } from '../visual/colormap.js';
import { black, type Drawing, grey, type Shape } from '../visual/drawing.js';
import { textWidth } from '../visual/lines-of-text.js';

import type { BenchmarkRow } from './emojiworld-benchmark.js';
import { type BarGroup, type Panel, resultPanels } from './results-panels.js';

const EDGE = 12;
const AXIS = 28; //       for the numbers beside the axis
const HEIGHT = 110; //    of 100 %
const HEAD = 44; //       title, legend, and room above 100 %
const PANEL = HEAD + HEIGHT + 28;
const BAR = 18;
const GAP = 14; //        between groups
const FOOT = 14; //       that a number takes in a bar
const WIDEST = 640; //    panels go to the next line beyond it
const GOAL: Rgb = [205, 45, 30];
const colors: Readonly<Record<string, Rgb>> = {
  'InternVL-C': ink(0.4),
  'InternVL-G': ink(0.85),
  'in-domain': [122, 80, 158],
  'novel concepts': [198, 172, 216],
};

/**
 * The panels of which something was measured.
 *
 * @throws RangeError when there is no such row.
 */
export function resultsChart(rows: readonly BenchmarkRow[]): Drawing {
  const panels = resultPanels(rows);
  if (panels.length === 0)
    throw new RangeError(`expected a row that a panel shows, got none of ${rows.length}`);
  const shapes: Shape[] = [];
  let [x, y, width] = [EDGE, EDGE, 0];
  for (const panel of panels) {
    const wide = widthOf(panel);
    if (x > EDGE && x + wide > WIDEST) [x, y] = [EDGE, y + PANEL];
    shapes.push(...drawPanel(panel, x, y));
    x += wide + EDGE;
    width = Math.max(width, x);
  }
  return {
    width,
    height: y + PANEL,
    title: 'Results on EmojiWorld with 95 % intervals',
    description: panels.map(inWords).join(' '),
    shapes,
  };
}

const groupWidth = ({ series, groups }: Panel): number =>
  GAP + Math.max(BAR * series.length, ...groups.map(({ label }) => textWidth(label)));

function widthOf(panel: Panel): number {
  const head = Math.max(legendWidth(panel.series), textWidth(panel.title));
  return AXIS + Math.max(panel.groups.length * groupWidth(panel), head);
}

function drawPanel(panel: Panel, x: number, y: number): Shape[] {
  const left = x + AXIS;
  const bottom = y + HEAD + HEIGHT;
  const step = groupWidth(panel);
  /** Lines at every quarter. */
  const scale = { ticks: [0, 25, 50, 75, 100], at: (percent: number) => bottom - (percent / 100) * HEIGHT };
  return [
    { kind: 'words', x: left, y: y + 10, text: panel.title, color: black },
    ...legend(
      panel.series.map((label) => ({ label, color: colorOf(label) })),
      left,
      y + 24,
    ),
    ...yAxis(scale, { x: left, y: bottom - HEIGHT, width: panel.groups.length * step, height: HEIGHT }),
    ...panel.groups.flatMap((group, i) => drawGroup(panel.series, group, left + (i + 0.5) * step, bottom)),
  ];
}

function drawGroup(
  series: readonly string[],
  { label, bars }: BarGroup,
  middle: number,
  bottom: number,
): Shape[] {
  const left = middle - (bars.length * BAR) / 2;
  return [
    ...bars.flatMap((row, i) => (row ? drawBar(row, left + i * BAR, bottom, colorOf(series[i])) : [])),
    { kind: 'words', x: middle, y: bottom + 14, text: label, color: black, anchor: 'middle' },
  ];
}

/** The bar, its interval, the goal, and the number: at its foot, or over a bar too low for that. */
function drawBar(row: BenchmarkRow, x: number, bottom: number, color: Rgb): Shape[] {
  const at = (share: number): number => bottom - share * HEIGHT;
  const [top, high, low] = [at(row.value), at(row.high), at(row.low)];
  const middle = x + BAR / 2;
  const box = (left: number, y: number, width: number, height: number, fill: Rgb): Shape => {
    return { kind: 'box', x: left, y, width, height, color: fill };
  };
  const foot =
    low < bottom - FOOT ? { y: bottom - 4, color: legibleOn(color) } : { y: high - 3, color: black };
  return [
    { kind: 'box', x: x + 1, y: top, width: BAR - 2, height: bottom - top, color, hint: told(row) },
    box(middle - 0.5, high, 1, low - high, black),
    box(middle - 3, high - 0.5, 6, 1, black),
    box(middle - 3, low - 0.5, 6, 1, black),
    ...(row.goal === null ? [] : [box(x - 1, at(row.goal) - 1, BAR + 2, 2, GOAL)]),
    { kind: 'words', x: middle, ...foot, text: percent(row.value), anchor: 'middle' },
  ];
}

const colorOf = (series = ''): Rgb => colors[series] ?? grey;
const percent = (share: number): string => (100 * share).toFixed(0);

function told({ name, value, low, high, goal }: BenchmarkRow): string {
  const [shown, from, to] = [value, low, high].map((share) => (100 * share).toFixed(1));
  return `${name}: ${shown} % [${from}, ${to}]${goal === null ? '' : `, goal ${percent(goal)} %`}`;
}

/** What the panel tells, for someone who does not see it. */
function inWords({ title, groups }: Panel): string {
  const bars = groups.flatMap((group) => group.bars.filter((bar) => bar !== undefined));
  return `${title}. ${bars.map(told).join('; ')}.`;
}
