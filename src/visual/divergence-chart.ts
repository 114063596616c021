/**
 * How far a computation is from the one it is held against, step by step: a point a step on a logarithmic axis, and
 * the distance that is allowed. What has no distance stands above the axis as a question mark, 0 below it.
 */
import { colorOf, DROP, paler, yAxis, yAxisWidth } from './axes.js';
import type { Rgb } from './colormap.js';
import { black, type Drawing, grey, type Point, type Shape } from './drawing.js';
import { fittedPath, textWidth } from './lines-of-text.js';
import { logScale, type Scale } from './scale.js';

export interface DivergencePanel {
  readonly title: string;
  /** What the distances are, e.g. `relative L2`. */
  readonly yLabel: string;
  /** In the order of the computation. */
  readonly points: readonly DivergencePoint[];
  /** They are no steps of one computation: nothing joins them. */
  readonly areApart?: boolean | undefined;
}

export interface DivergencePoint {
  readonly name: string;
  /** 0 or more; not finite where nothing could be measured. */
  readonly distance: number;
  /** What is allowed; nothing is drawn when left out. */
  readonly limit?: number | undefined;
  /** Why it is not near enough, if it is not. */
  readonly problem?: string | undefined;
}

const EDGE = 12;
const STEP = 12; //       between two points
const HEAD = 44; //       title, name of the axis, and room for question marks
const HEIGHT = 120;
const ZERO = 14; //       from the axis down to the row of zeros
const LONGEST_NAME = 130;
const WIDEST = 900; //    panels go to the next line beyond it
const MARK = 5;
/** What is less is drawn as 0: no two floats that differ are so near. */
const NOTHING = 1e-60;
const RED: Rgb = [205, 45, 30];

/**
 * The panels, from left to right in lines.
 *
 * @throws RangeError when there are none, one has no point, or a distance is below 0.
 */
export function divergenceChart(panels: readonly DivergencePanel[]): Drawing {
  checkPanels(panels);
  const names = panels.flatMap(({ points }) =>
    points.map(({ name }) => textWidth(fittedPath(name, LONGEST_NAME))),
  );
  const high = HEAD + HEIGHT + ZERO + 10 + Math.max(...names) + EDGE;
  const shapes: Shape[] = [];
  let [x, y, width] = [EDGE, EDGE, 0];
  for (const panel of panels) {
    const drawn = drawPanel(panel, x, y);
    if (x > EDGE && x + drawn.width > WIDEST) {
      [x, y] = [EDGE, y + high];
      shapes.push(...drawPanel(panel, x, y).shapes);
    } else shapes.push(...drawn.shapes);
    x += drawn.width + 2 * EDGE;
    width = Math.max(width, x - EDGE);
  }
  return {
    width,
    height: y + high,
    title: 'Distance from what is expected',
    description: panels.map(inWords).join(' '),
    shapes,
  };
}

function drawPanel({ yLabel, points, areApart, ...panel }: DivergencePanel, x: number, y: number) {
  const title = fittedPath(panel.title, WIDEST - 2 * EDGE);
  const [top, bottom] = [y + HEAD, y + HEAD + HEIGHT];
  const marked = points.flatMap(({ distance, limit = 0 }) => [distance, limit]).filter(isOnAxis);
  const scale = logScale(marked.length > 0 ? marked : [1e-7, 1], [bottom, top]);
  const left = x + yAxisWidth(scale);
  const width = Math.max(points.length * STEP, textWidth(yLabel));
  const middle = (i: number): number => left + (i + 0.5) * STEP;
  const shapes: Shape[] = [
    { kind: 'words', x, y: y + 8, text: title, color: black },
    ...yAxis(scale, { x: left, y: top - 12, width, height: HEIGHT }, yLabel),
    ...(points.some(({ distance }) => distance < NOTHING) ? zeros(left, bottom) : []),
    ...(areApart ? [] : way(points, scale, middle)),
    ...points.flatMap((point, i) => drawPoint(point, yLabel, scale, middle(i))),
    ...points.map(({ name }, i) => nameBelow(name, middle(i), bottom + ZERO + 10)),
  ];
  return { width: Math.max(left - x + width, textWidth(title)), shapes };
}

const isOnAxis = (distance: number): boolean => Number.isFinite(distance) && distance >= NOTHING;

/** The number of the row below the axis. */
function zeros(left: number, bottom: number): Shape[] {
  return [{ kind: 'words', x: left - 4, y: bottom + ZERO + DROP, text: '0', color: grey, anchor: 'end' }];
}

/** From each measured point to the next, where none in between is missing. */
function way(points: readonly DivergencePoint[], scale: Scale, middle: (i: number) => number): Shape[] {
  return points.flatMap(({ distance }, i): Shape[] => {
    const before = points[i - 1]?.distance ?? 0;
    if (!isOnAxis(distance) || !isOnAxis(before)) return [];
    const ends: Point[] = [
      [middle(i - 1), scale.at(before)],
      [middle(i), scale.at(distance)],
    ];
    return [{ kind: 'line', points: ends, width: 1.5, color: paler(colorOf(0)) }];
  });
}

/** The limit, and the point: red where it is beyond. */
function drawPoint(point: DivergencePoint, yLabel: string, scale: Scale, x: number): Shape[] {
  const { distance, limit = 0 } = point;
  const [low, high] = [scale.ticks[0] ?? 0, scale.ticks.at(-1) ?? 0];
  const bar: Shape[] = isOnAxis(limit)
    ? [{ kind: 'box', x: x - STEP / 2, y: scale.at(limit) - 0.5, width: STEP, height: 1, color: RED }]
    : [];
  if (!Number.isFinite(distance)) {
    const y = scale.at(high) - 3;
    return [...bar, { kind: 'words', x, y, text: '?', color: RED, anchor: 'middle' }];
  }
  const y = isOnAxis(distance) ? scale.at(distance) : scale.at(low) + ZERO;
  const color = isBeyond(point) ? RED : colorOf(0);
  const mark = { x: x - MARK / 2, y: y - MARK / 2, width: MARK, height: MARK };
  return [...bar, { kind: 'box', ...mark, color, hint: told(point, yLabel) }];
}

function nameBelow(name: string, x: number, y: number): Shape {
  const text = fittedPath(name, LONGEST_NAME);
  return { kind: 'words', x: x + DROP, y, text, color: grey, anchor: 'end', isUpright: true };
}

const isBeyond = ({ distance, limit = Number.POSITIVE_INFINITY, problem }: DivergencePoint): boolean =>
  problem !== undefined || !(distance <= limit);

function told({ name, distance, limit, problem }: DivergencePoint, yLabel: string): string {
  const allowed = limit === undefined ? '' : `, limit ${short(limit)}`;
  const measured = Number.isFinite(distance) ? `${yLabel} ${short(distance)}${allowed}` : 'not measured';
  return `${name}: ${measured}${problem === undefined ? '' : ` (${problem})`}`;
}

const short = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** What a panel tells, for someone who does not see it. */
function inWords({ title, yLabel, points }: DivergencePanel): string {
  const beyond = points.filter(isBeyond);
  const measured = points.filter(({ distance }) => Number.isFinite(distance));
  const farthest = measured.reduce<DivergencePoint | undefined>(
    (a, b) => (a && a.distance >= b.distance ? a : b),
    undefined,
  );
  const peak = farthest ? ` Farthest is ${told(farthest, yLabel)}.` : '';
  const others = beyond.map((point) => told(point, yLabel)).join('; ');
  return `${title}: ${points.length} points.${peak}${beyond.length > 0 ? ` Not near enough: ${others}.` : ''}`;
}

function checkPanels(panels: readonly DivergencePanel[]): void {
  if (panels.length === 0) throw new RangeError('expected a panel to draw, got none');
  for (const { title, points } of panels) {
    if (points.length === 0) throw new RangeError(`${title}: expected points to draw, got none`);
    const wrong = points.find(({ distance }) => distance < 0);
    if (wrong)
      throw new RangeError(
        `${title}, ${wrong.name}: expected a distance of 0 or more, got ${wrong.distance}`,
      );
  }
}
