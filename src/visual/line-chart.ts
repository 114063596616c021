/** Curves over two axes with round ticks, and a legend. */
import { colorOf, legend, legendWidth, paler, xAxis, yAxis, yAxisWidth } from './axes.js';
import type { Rgb } from './colormap.js';
import { type Area, black, type Drawing, type Line, type Point, type Shape } from './drawing.js';
import { fitted } from './lines-of-text.js';
import { linearScale, logScale, type Scale, tickLabel } from './scale.js';

export interface Curve {
  readonly label: string;
  /** Where one is not finite, or not above 0 on a logarithmic axis, the curve is interrupted. */
  readonly points: readonly Point[];
  /** Drawn thin and pale: the raw values behind a mean. */
  readonly pale?: boolean | undefined;
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
  /** Powers of ten instead of equal steps along y. */
  readonly isLog?: boolean | undefined;
}

const WIDTH = 640;
const HEIGHT = 346;
const EDGE = 14;
const RIGHT = 24; // half of the longest number below the axis
const LEGEND_LINE = 16;

/**
 * All curves, those first given below the others.
 *
 * @throws RangeError when no curve has a point to draw.
 */
export function lineChart({ title, xLabel, yLabel, curves, isLog = false }: LineChart): Drawing {
  const isDrawn = ([x, y]: Point) => Number.isFinite(x) && Number.isFinite(y) && (!isLog || y > 0);
  const drawn = curves.flatMap(({ points }) => points.filter(isDrawn));
  if (drawn.length === 0) throw new RangeError(`${title}: expected a point to draw, got none`);
  const entries = curves.map(({ label, pale }, i) => ({
    label: fitted(label, WIDTH / 2),
    color: shown(i, pale),
  }));
  const rows = inRows(entries, WIDTH - 2 * EDGE);
  const top = EDGE + 32 + rows.length * LEGEND_LINE;
  const bottom = HEIGHT - 40;
  const [xValues, yValues] = [drawn.map(([x]) => x), drawn.map(([, y]) => y)];
  const ys = (isLog ? logScale : linearScale)(yValues, [bottom, top]);
  const left = EDGE + yAxisWidth(ys);
  const area: Area = { x: left, y: top, width: WIDTH - RIGHT - left, height: bottom - top };
  const xs = linearScale(xValues, [left, left + area.width]);
  return {
    width: WIDTH,
    height: HEIGHT,
    title,
    description: `${yLabel} over ${xLabel}. ${curves.map(inWords).join(' ')}`,
    shapes: [
      { kind: 'words', x: EDGE, y: EDGE + 8, text: fitted(title, WIDTH - 2 * EDGE), color: black },
      ...rows.flatMap((row, i) => legend(row, EDGE, EDGE + 8 + (i + 1) * LEGEND_LINE)),
      ...xAxis(xs, area, xLabel),
      ...yAxis(ys, area, yLabel),
      ...curves.flatMap(({ points, pale }, i) => curve(points, xs, ys, stroke(shown(i, pale), pale))),
    ],
  };
}

const shown = (i: number, pale = false): Rgb => (pale ? paler(colorOf(i)) : colorOf(i));
const stroke = (color: Rgb, pale = false) => ({ color, width: pale ? 1 : 2 });

/** Its unbroken pieces; a point alone is a dot. */
function curve(points: readonly Point[], xs: Scale, ys: Scale, pen: Pick<Line, 'color' | 'width'>): Shape[] {
  const pieces: Point[][] = [[]];
  for (const [x, y] of points) {
    const place: Point = [xs.at(x), ys.at(y)];
    if (place.every(Number.isFinite)) pieces.at(-1)?.push(place);
    else pieces.push([]);
  }
  return pieces.flatMap((piece): Shape[] => {
    const [first] = piece;
    if (!first) return [];
    if (piece.length > 1) return [{ kind: 'line', points: piece, ...pen }];
    const side = 2 * pen.width;
    return [
      {
        kind: 'box',
        x: first[0] - side / 2,
        y: first[1] - side / 2,
        width: side,
        height: side,
        color: pen.color,
      },
    ];
  });
}

/** Entries of the legend, as many in a line as there is room. */
function inRows<Entry extends { readonly label: string }>(
  entries: readonly Entry[],
  width: number,
): Entry[][] {
  const rows: Entry[][] = [];
  for (const entry of entries) {
    const row = rows.at(-1);
    if (row && legendWidth([...row, entry].map(({ label }) => label)) <= width) row.push(entry);
    else rows.push([entry]);
  }
  return rows;
}

/** What a curve tells, for someone who does not see it. */
function inWords({ label, points }: Curve): string {
  const values = points.map(([, y]) => y).filter(Number.isFinite);
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return `${label}: nothing.`;
  return `${label}: from ${tickLabel(first)} to ${tickLabel(last)}.`;
}
