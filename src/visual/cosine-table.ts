/** Cosines as a table of colours: the number in every cell, a frame around the best cell of each row. */

import type { RgbImage } from '../image/rgb-image.js';
import { DROP } from './axes.js';
import { colorBar } from './color-bar.js';
import { type Colormap, ink, legibleOn } from './colormap.js';
import { black, type Drawing, type Shape } from './drawing.js';
import { fitted, fittedPath, textWidth } from './lines-of-text.js';

/** A column. */
export interface NamedPicture {
  readonly name: string;
  /** A small square of it, drawn above its column. */
  readonly thumbnail?: RgbImage | undefined;
}

export interface Row {
  readonly name: string;
  /** Of a path that is too long the end is shown, of a text the beginning. */
  readonly isPath: boolean;
}

/** What is to be drawn, checked. */
export interface CosineTable {
  readonly rows: readonly Row[];
  readonly columns: readonly NamedPicture[];
  cosine(row: number, column: number): number;
  /** The column whose cell has the frame, if one has. */
  best(row: number): number | undefined;
}

const CELL = { width: 44, height: 26 } as const;
const EDGE = 12;
const LONGEST_ROW = 240;
const LONGEST_COLUMN = 110;

/** Coloured from the least cosine to the largest, which the legend states. */
export function cosineTable(
  table: CosineTable,
  colormap: Colormap = ink,
): Omit<Drawing, 'title' | 'description'> {
  const { rows, columns } = table;
  const [low, high] = rangeOf(table);
  const colorOf: Colormap = (cosine) => colormap(high > low ? (cosine - low) / (high - low) : 0.5);
  const at = layout(table);
  const bar = { x: at.left, y: at.bottom + 12, width: 80, from: low.toFixed(2), to: high.toFixed(2) };
  return {
    width: at.left + Math.max(columns.length * CELL.width, 140) + EDGE,
    height: at.bottom + 32,
    shapes: [
      ...rows.map((row, r) => rowHead(labelOf(row), at.left - 8, at.top + (r + 0.5) * CELL.height + DROP)),
      ...columns.flatMap((column, c) => columnHead(column, at.left + c * CELL.width, at)),
      ...rows.flatMap((_, r) => cellsOf(table, r, at, colorOf)),
      ...colorBar({ ...bar, colormap }),
    ],
  };
}

/** The least and the largest cosine. */
export function rangeOf({ rows, columns, cosine }: CosineTable): [low: number, high: number] {
  const values = rows.flatMap((_, r) => columns.map((__, c) => cosine(r, c)));
  return [Math.min(...values), Math.max(...values)];
}

interface Layout {
  readonly left: number;
  readonly thumbnails: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the table begins and ends: labels get what the longest of them needs. */
function layout({ rows, columns }: CosineTable): Layout {
  const widest = (lines: readonly string[]): number => Math.max(...lines.map(textWidth));
  const names = columns.map(({ name }) => fittedPath(name, LONGEST_COLUMN));
  const thumbnails = EDGE + widest(names) + 6;
  const top = thumbnails + (columns.some(({ thumbnail }) => thumbnail) ? CELL.width : 0);
  const bottom = top + rows.length * CELL.height;
  return { left: EDGE + widest(rows.map(labelOf)) + 8, thumbnails, top, bottom };
}

const labelOf = ({ name, isPath }: Row): string => (isPath ? fittedPath : fitted)(name, LONGEST_ROW);

function rowHead(text: string, x: number, y: number): Shape {
  return { kind: 'words', x, y, text, color: black, anchor: 'end' };
}

function columnHead({ name, thumbnail }: NamedPicture, x: number, { thumbnails }: Layout): Shape[] {
  const label: Shape = {
    kind: 'words',
    x: x + CELL.width / 2 + DROP,
    y: thumbnails - 6,
    text: fittedPath(name, LONGEST_COLUMN),
    color: black,
    isUpright: true,
  };
  if (!thumbnail) return [label];
  const side = CELL.width - 4;
  return [
    label,
    { kind: 'print', x: x + 2, y: thumbnails, width: side, height: side, image: thumbnail, hint: name },
  ];
}

function cellsOf(table: CosineTable, r: number, { left, top }: Layout, colorOf: Colormap): Shape[] {
  const best = table.best(r);
  return table.columns.flatMap(({ name }, c): Shape[] => {
    const cosine = table.cosine(r, c);
    const color = colorOf(cosine);
    const cell = { x: left + c * CELL.width, y: top + r * CELL.height, ...CELL };
    const middle = { x: cell.x + CELL.width / 2, y: cell.y + CELL.height / 2 + DROP };
    const hint = `${table.rows[r]?.name} × ${name}: ${cosine.toFixed(4)}`;
    return [
      { kind: 'box', ...inset(cell, 0.5), color: c === best ? black : color },
      { kind: 'box', ...inset(cell, 2.5), color, hint },
      { kind: 'words', ...middle, text: cosine.toFixed(2), color: legibleOn(color), anchor: 'middle' },
    ];
  });
}

function inset({ x, y, width, height }: { x: number; y: number; width: number; height: number }, by: number) {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}
