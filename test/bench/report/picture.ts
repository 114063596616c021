/** The ratios as a picture: a bar a row, on a logarithmic scale, with a mark where the goal is. SVG, no dependency. */
import type { Row } from '../row.js';
import { digits, reachesGoal } from './table.js';

const WIDTH = 900;
const PLOT = { left: 430, right: WIDTH - 60, top: 56 } as const;
const LINE = 20;
const BAR = 12;
/** Told apart by colour-blind readers too (Okabe & Ito 2008). */
const COLORS = { reached: '#009e73', missed: '#d55e00', informs: '#9aa5b1' } as const;
const TICKS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128];

/** Bars of the ratios, in the order of the rows. Rows that failed have no bar, and say so. */
export function picture(rows: readonly Row[]): string {
  const bottom = PLOT.top + LINE * rows.length;
  const ticks = ticksFor(rows.flatMap(numbersOf));
  const [low = 1, high = 2] = [ticks[0], ticks.at(-1)];
  const at = (ratio: number) => {
    const share = Math.log(ratio / low) / Math.log(high / low);
    return PLOT.left + Math.min(1, Math.max(0, share)) * (PLOT.right - PLOT.left);
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 30}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${bottom + 30}" fill="#fff"/>`,
    text(
      WIDTH / 2,
      22,
      'Times as fast (or as small) as the peer',
      'text-anchor="middle" font-size="15" font-weight="bold"',
    ),
    legend(),
    ...ticks.map((tick) => gridLine(at(tick), bottom, tick)),
    ...rows.map((row, i) => bar(row, PLOT.top + LINE * i, at)),
    '</svg>',
    '',
  ].join('\n');
}

function numbersOf(row: Row): number[] {
  const goal = row.goal === null ? [] : [row.goal];
  return 'failure' in row ? goal : [row.measured.ratio, ...goal];
}

/** Powers of two from the last that is not above all numbers (or 1) to the first that is not below. */
function ticksFor(numbers: readonly number[]): number[] {
  const [least, most] = [Math.min(1, ...numbers), Math.max(2, ...numbers)];
  const first = TICKS.findLastIndex((tick) => tick <= least);
  const last = TICKS.findIndex((tick) => tick >= most);
  return TICKS.slice(Math.max(0, first), last < 0 ? undefined : last + 1);
}

function bar(row: Row, y: number, at: (ratio: number) => number): string {
  const middle = y + LINE / 2;
  const name = `${row.name}, ${row.threads} thread${row.threads === 1 ? '' : 's'}: ${row.peer}`;
  const label = text(PLOT.left - 8, middle + 4, name, 'text-anchor="end"');
  const goal =
    row.goal === null
      ? ''
      : `<path d="M${round(at(row.goal))} ${y + 1}v${LINE - 2}" stroke="#222" stroke-width="2"/>`;
  if ('failure' in row)
    return label + goal + text(PLOT.left + 4, middle + 4, 'failed', `fill="${COLORS.missed}"`);
  const { ratio } = row.measured;
  const [from, to] = [at(1), at(ratio)].sort((a, b) => a - b) as [number, number];
  const rect = `<rect x="${round(from)}" y="${middle - BAR / 2}" width="${round(to - from)}" height="${BAR}" fill="${colorOf(row)}"/>`;
  return label + rect + goal + text(PLOT.right + 6, middle + 4, digits(ratio), '');
}

function colorOf(row: Row): string {
  const isReached = reachesGoal(row);
  if (isReached === undefined) return COLORS.informs;
  return isReached ? COLORS.reached : COLORS.missed;
}

function legend(): string {
  const words = {
    reached: 'reaches its goal (mark)',
    missed: 'does not',
    informs: 'without a goal',
  } as const;
  return Object.entries(words)
    .map(([kind, word], i) => {
      const x = PLOT.left + 170 * i;
      const box = `<rect x="${x}" y="32" width="10" height="10" fill="${COLORS[kind as keyof typeof words]}"/>`;
      return box + text(x + 15, 41, word, '');
    })
    .join('\n');
}

function gridLine(x: number, bottom: number, tick: number): string {
  const line = `<path d="M${round(x)} ${PLOT.top}V${bottom}" stroke="${tick === 1 ? '#222' : '#e4e4e4'}"/>`;
  return line + text(x, bottom + 16, `${tick}×`, 'text-anchor="middle"');
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped}</text>`;
}
