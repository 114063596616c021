/** What stands around a plot: lines at the ticks with their numbers, the names of the axes, the legend. */
import { mix, type Rgb } from './colormap.js';
import { type Area, black, grey, type Shape, white } from './drawing.js';
import { textWidth } from './lines-of-text.js';
import { type Scale, tickLabel } from './scale.js';

/** Told apart by colour-blind readers too (Okabe & Ito 2008). */
const COLORS: readonly Rgb[] = [
  [0, 114, 178],
  [213, 94, 0],
  [0, 158, 115],
  [204, 121, 167],
  [230, 159, 0],
  [86, 180, 233],
];
const LINE: Rgb = [222, 222, 222];
/** From the middle of a line of text to its baseline. */
export const DROP = 3.5;

/** The colour of the i-th curve of a plot. */
export const colorOf = (i: number): Rgb => COLORS[i % COLORS.length] ?? black;

/** The same colour in the background. */
export const paler = (color: Rgb): Rgb => mix(color, white, 0.7);

/** Lines across the area at the ticks of y, their numbers on its left; above it what they count. */
export function yAxis(scale: Scale, { x, y, width }: Area, label?: string): Shape[] {
  const ticks = scale.ticks.flatMap((tick): Shape[] => {
    const at = scale.at(tick);
    return [
      { kind: 'box', x, y: at - 0.5, width, height: 1, color: LINE },
      { kind: 'words', x: x - 4, y: at + DROP, text: tickLabel(tick), color: grey, anchor: 'end' },
    ];
  });
  return label === undefined
    ? ticks
    : [...ticks, { kind: 'words', x, y: y - 6, text: label, color: grey, anchor: 'start' }];
}

/** Lines up the area at the ticks of x, their numbers below it, and below these what they count. */
export function xAxis(scale: Scale, { x, y, width, height }: Area, label: string): Shape[] {
  const foot = y + height;
  const ticks = scale.ticks.flatMap((tick): Shape[] => {
    const at = scale.at(tick);
    return [
      { kind: 'box', x: at - 0.5, y, width: 1, height, color: LINE },
      { kind: 'words', x: at, y: foot + 13, text: tickLabel(tick), color: grey, anchor: 'middle' },
    ];
  });
  return [
    ...ticks,
    { kind: 'words', x: x + width / 2, y: foot + 27, text: label, color: grey, anchor: 'middle' },
  ];
}

/** Units that the numbers on the left of a plot need. */
export function yAxisWidth({ ticks }: Scale): number {
  return 4 + Math.max(...ticks.map((tick) => textWidth(tickLabel(tick))));
}

export interface LegendEntry {
  readonly label: string;
  readonly color: Rgb;
}

/** The names beside squares of their colours, in a line whose baseline is y. */
export function legend(entries: readonly LegendEntry[], x: number, y: number): Shape[] {
  let at = x;
  return entries.flatMap(({ label, color }): Shape[] => {
    const start = at;
    at += legendWidth([label]);
    return [
      { kind: 'box', x: start, y: y - 8, width: 8, height: 8, color },
      { kind: 'words', x: start + 12, y, text: label, color: grey },
    ];
  });
}

export function legendWidth(labels: readonly string[]): number {
  return labels.reduce((sum, label) => sum + textWidth(label) + 26, 0);
}
