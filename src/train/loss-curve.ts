/** Curves of a training run as an SVG text: axes with round ticks, labels, a legend. No dependency. */
import type { LogRecord } from './train-log.js';

export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn thin and pale: the raw values behind a mean. */
  readonly pale?: boolean;
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
}

const WIDTH = 760;
const HEIGHT = 420;
const PLOT = { left: 64, right: WIDTH - 20, top: 44, bottom: HEIGHT - 52 } as const;
const FONT = 'font-family="sans-serif" font-size="12"';
/** Told apart by colour-blind readers too (Okabe & Ito 2008). */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

/**
 * The chart as SVG. Points that are not finite interrupt their curve.
 *
 * @throws Error when no curve has a finite point.
 */
export function lineChart({ title, xLabel, yLabel, curves }: Chart): string {
  const finite = curves.flatMap(({ points }) =>
    points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y)),
  );
  if (finite.length === 0) throw new Error(`${title}: expected a point to draw, got none`);
  const [xValues, yValues] = [finite.map(([x]) => x), finite.map(([, y]) => y)];
  const xs = axis(xValues, PLOT.left, PLOT.right);
  const ys = axis(yValues, PLOT.bottom, PLOT.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" ${FONT}>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(WIDTH / 2, 24, title, 'text-anchor="middle" font-size="15" font-weight="bold"'),
    ...xs.ticks.map((x) => xTick(xs.at(x), x)),
    ...ys.ticks.map((y) => yTick(ys.at(y), y)),
    text((PLOT.left + PLOT.right) / 2, HEIGHT - 14, xLabel, 'text-anchor="middle"'),
    `<g transform="translate(16 ${(PLOT.top + PLOT.bottom) / 2}) rotate(-90)">`,
    text(0, 0, yLabel, 'text-anchor="middle"'),
    '</g>',
    ...curves.map((curve, i) => path(curve, colorOf(i), xs, ys)),
    ...curves.map((curve, i) => legend(curve, colorOf(i), i)),
    '</svg>',
    '',
  ].join('\n');
}

/** The loss over the steps: every value pale, the mean of `window` steps strong. */
export function lossCurve(records: readonly LogRecord[], title: string, window = 50): string {
  const points = records.map(({ step, loss = Number.NaN }) => [step, loss] as const);
  const mean = { label: `mean of ${window} steps`, points: thinned(runningMean(points, window)) };
  return lineChart({
    title,
    xLabel: 'step',
    yLabel: 'loss',
    curves: [{ label: 'loss', points: thinned(points), pale: true }, mean],
  });
}

type Points = readonly (readonly [x: number, y: number])[];

/** At most some thousand points, evenly taken, the last among them: no more can be told apart on paper. */
function thinned(points: Points): Points {
  const every = Math.ceil(points.length / 1000);
  return points.filter((_, i) => (points.length - 1 - i) % every === 0);
}

/** Mean of up to `window` finite values that end at each point. */
export function runningMean(points: Points, window: number): Points {
  return points.map(([x], i) => {
    const values = points.slice(Math.max(0, i + 1 - window), i + 1).map(([, y]) => y);
    const finite = values.filter(Number.isFinite);
    return [x, finite.reduce((sum, y) => sum + y, 0) / finite.length] as const;
  });
}

interface Axis {
  readonly ticks: readonly number[];
  /** Where a value lies on the paper. */
  at(value: number): number;
}

/** From the round number below the least value to the one above the largest, with about six ticks. */
function axis(values: readonly number[], start: number, end: number): Axis {
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const step = roundStep((high - low || Math.abs(high) || 1) / 6);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { ticks, at: (value) => start + ((value / step - first) / (last - first)) * (end - start) };
}

/** The least of 1, 2, 5 · 10ᵏ that is not below `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function path({ points, pale }: Curve, color: string, xs: Axis, ys: Axis): string {
  let pen = 'M';
  const commands = points.map(([x, y]) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = 'M';
      return '';
    }
    const command = `${pen}${round(xs.at(x))} ${round(ys.at(y))}`;
    pen = 'L';
    return command;
  });
  return `<path d="${commands.join('')}" fill="none" stroke="${color}" ${stroke(pale)}/>`;
}

const stroke = (pale = false): string => (pale ? 'stroke-width="1" opacity="0.3"' : 'stroke-width="2"');
const colorOf = (i: number): string => COLORS[i % COLORS.length] ?? '#000';
const round = (value: number): string => String(Math.round(value * 10) / 10);
const label = (value: number): string => String(Number(value.toPrecision(6)));

function xTick(x: number, value: number): string {
  const mark = `<path d="M${round(x)} ${PLOT.top}V${PLOT.bottom}" stroke="#e4e4e4"/>`;
  return mark + text(x, PLOT.bottom + 18, label(value), 'text-anchor="middle"');
}

function yTick(y: number, value: number): string {
  const mark = `<path d="M${PLOT.left} ${round(y)}H${PLOT.right}" stroke="#e4e4e4"/>`;
  return mark + text(PLOT.left - 8, y + 4, label(value), 'text-anchor="end"');
}

function legend(curve: Curve, color: string, i: number): string {
  const y = PLOT.top + 14 + 18 * i;
  const line = `<path d="M${PLOT.right - 190} ${y}h24" stroke="${color}" ${stroke(curve.pale)}/>`;
  return line + text(PLOT.right - 160, y + 4, curve.label, '');
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<text x="${round(x)}" y="${round(y)}" fill="#222" ${attributes}>${escaped}</text>`;
}
