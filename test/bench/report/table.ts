/** The rows as a table that reads well as it is and as Markdown. */
import type { Row } from '../row.js';

const HEAD = [
  'row',
  'threads',
  'peer',
  'ours',
  'theirs',
  'unit',
  'ratio',
  'goal',
  'best ours',
  'best theirs',
  'clean',
];

/** One line a row, columns aligned. A ratio below its goal is marked, and so is a row that failed. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const [head = '', ...body] = lines.map((cells) => lineOf(cells, widths));
  const rule = `|${widths.map((width, column) => ` ${dashes(width, column)}`).join(' |')} |`;
  return [head, rule, ...body, ''].join('\n');
}

/** Up to three significant digits, without an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const places = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(places, 4));
}

/** Whether the row was measured and its ratio reaches the goal; undefined where there is no goal. */
export function reachesGoal(row: Row): boolean | undefined {
  if ('failure' in row) return false;
  return row.goal === null ? undefined : row.measured.ratio >= row.goal;
}

function cellsOf(row: Row): string[] {
  const { name, peer, unit, goal } = row;
  const head = [name, String(row.threads), peer];
  const aim = goal === null ? '' : digits(goal);
  if ('failure' in row) return [...head, 'failed', '', unit, '', aim, '', '', ''];
  const { ours, theirs, ratio, best_ours, best_theirs, clean } = row.measured;
  const mark = reachesGoal(row) === false ? ' (missed)' : '';
  const bests = [digits(best_ours), digits(best_theirs), `${Math.round(100 * clean)} %`];
  return [...head, digits(ours), digits(theirs), unit, digits(ratio) + mark, aim, ...bests];
}

/** Words stand on the left, numbers on the right. */
const isText = (column: number): boolean => ['row', 'peer', 'unit'].includes(HEAD[column] ?? '');

function lineOf(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, i) =>
    isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
  );
  return `| ${padded.join(' | ')} |`;
}

const dashes = (width: number, column: number): string =>
  isText(column) ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`;
