/**
 * Pictures as cells of a terminal. A cell is about twice as high as wide, so it holds two dots, one above the other:
 * in 24-bit colours as an upper half of one colour on the other, without colours as a shade of their mean.
 */
import { resizeBicubic } from '../image/resize.js';
import { blankImage, type RgbImage } from '../image/rgb-image.js';
import { legibleOn, type Rgb } from './colormap.js';
import { inColumns } from './columns.js';

/** Lines of one width in columns; colours end with their line. */
export interface Cells {
  readonly columns: number;
  readonly lines: readonly string[];
}

/** What a terminal can show. */
export interface TerminalSize {
  readonly columns: number;
  /** Of 24 bits. */
  readonly isColoured: boolean;
}

const SHADES = [' ', '░', '▒', '▓', '█'] as const;

/** A sign for a number from 0 to 1: the larger, the more of its cell is filled. */
export function shade(value: number): string {
  const step = Math.round(Math.min(Math.max(value, 0), 1) * (SHADES.length - 1));
  return SHADES[step] ?? '?'; // NaN alone is outside
}

/** The text in one colour on another. */
export function painted(text: string, ground: Rgb, ink: Rgb = legibleOn(ground)): string {
  return `\u001b[38;2;${ink.join(';')}m\u001b[48;2;${ground.join(';')}m${text}\u001b[0m`;
}

/** The picture, `columns` wide. */
export function pictureCells(picture: RgbImage, columns: number, isColoured: boolean): Cells {
  const height = Math.max(2, 2 * Math.round((columns * picture.height) / picture.width / 2));
  const image = resizeBicubic(picture, columns, height);
  const lines = Array.from({ length: height / 2 }, (_, line) =>
    Array.from({ length: columns }, (__, x) => {
      const [upper, lower] = [dot(image, x, 2 * line), dot(image, x, 2 * line + 1)];
      return isColoured ? painted('▀', lower, upper) : shade((brightness(upper) + brightness(lower)) / 2);
    }).join(''),
  );
  return { columns, lines };
}

/** Numbers on a grid, from 0 to 1, as the greys of a picture: for terminals without colours. */
export function greys(values: ArrayLike<number>, width: number): RgbImage {
  const image = blankImage(width, values.length / width);
  for (let i = 0; i < values.length; i++) {
    const grey = Math.round(255 * Math.min(Math.max(values[i] ?? 0, 0), 1));
    image.data.fill(grey, 3 * i, 3 * i + 3);
  }
  return image;
}

/** With lines of text below it, cut to its columns. */
export function captioned({ columns, lines }: Cells, captions: readonly string[]): Cells {
  return { columns, lines: [...lines, ...captions.map((caption) => inColumns(caption, columns))] };
}

/** The blocks from left to right, as many in a row as there is room. */
export function rowsOfCells(blocks: readonly Cells[], width: number): string[] {
  const rows: Cells[][] = [];
  let used = 0;
  for (const block of blocks) {
    const row = rows.at(-1);
    if (row && used + GAP + block.columns <= width) {
      row.push(block);
      used += GAP + block.columns;
    } else {
      rows.push([block]);
      used = block.columns;
    }
  }
  return rows.flatMap(besideEachOther);
}

/** Columns between two blocks. */
const GAP = 2;

function besideEachOther(blocks: readonly Cells[]): string[] {
  const count = Math.max(...blocks.map(({ lines }) => lines.length));
  return Array.from({ length: count }, (_, i) =>
    blocks
      .map(({ lines, columns }) => lines[i] ?? ' '.repeat(columns))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
}

function dot({ data, width }: RgbImage, x: number, y: number): Rgb {
  const i = 3 * (y * width + x);
  return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
}

/** Of a colour as a screen shows it, 0 to 1 (ITU-R BT.601). */
const brightness = ([r, g, b]: Rgb): number => (0.299 * r + 0.587 * g + 0.114 * b) / 255;
