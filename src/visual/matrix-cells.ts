/** A matrix of cosines in a terminal: a row a line, numbers on their colours, a star at the best of each row. */
import { painted, shade, type TerminalSize } from './cells.js';
import { heat } from './colormap.js';
import { columnsOf, cutPathTo, cutTo, inColumns } from './columns.js';
import { type CosineTable, rangeOf } from './cosine-table.js';

const NUMBER = 6; //        a star or none, then -0.12
const CELL = NUMBER + 2; // its shade, and a space
const LONGEST_ROW = 24;

/**
 * Lines of text. Columns have numbers, which a list below explains; those that find no room follow in a further
 * table. From the least cosine to the largest the cells go from dark to light, or get fuller.
 */
export function matrixCells(table: CosineTable, { columns, isColoured }: TerminalSize): string[] {
  const names = table.rows.map(({ name, isPath }) => (isPath ? cutPathTo : cutTo)(name, LONGEST_ROW));
  const label = Math.max(...names.map(columnsOf));
  const room = Math.max(1, Math.floor((columns - label - 1) / CELL));
  const all = [...table.columns.keys()];
  const [low, high] = rangeOf(table);
  const share = (cosine: number): number => (high > low ? (cosine - low) / (high - low) : 0.5);
  const cellOf = (r: number, c: number): string => {
    const cosine = table.cosine(r, c);
    const number = `${table.best(r) === c ? '*' : ''}${cosine.toFixed(2)}`.padStart(NUMBER);
    return isColoured
      ? `${painted(`${number} `, heat(share(cosine)))} `
      : `${number}${shade(share(cosine))} `;
  };
  const lines: string[] = [];
  for (let start = 0; start < all.length; start += room) {
    const shown = all.slice(start, start + room);
    const head = shown.map((c) =>
      String(c + 1)
        .padStart(NUMBER)
        .padEnd(CELL),
    );
    lines.push(' '.repeat(label + 1) + head.join(''));
    for (const [r, name] of names.entries())
      lines.push(`${inColumns(name, label)} ${shown.map((c) => cellOf(r, c)).join('')}`);
  }
  const legend = table.columns.map(({ name }, c) => cutTo(`${c + 1} ${name}`, columns));
  return [...lines.map((line) => line.trimEnd()), ...legend];
}
