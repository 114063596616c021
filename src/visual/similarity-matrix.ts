/**
 * The cosines of a retrieval as a table of colours: a row for each text, a column for each picture, the number in
 * every cell, and a frame around the best picture of each text.
 */
import type { RgbImage } from '../image/rgb-image.js';
import { DROP } from './axes.js';
import { colorBar } from './color-bar.js';
import { type Colormap, ink, luminance, type Rgb } from './colormap.js';
import { black, type Drawing, type Shape, white } from './drawing.js';
import { fitted, fittedPath, textWidth } from './lines-of-text.js';

export interface SimilarityMatrix {
  readonly texts: readonly string[];
  readonly pictures: readonly NamedPicture[];
  /** Pictures × texts, row by row, as `retrieve` gives them. */
  readonly cosines: ArrayLike<number>;
}

export interface NamedPicture {
  readonly name: string;
  /** A small square of it, drawn above its column. */
  readonly thumbnail?: RgbImage | undefined;
}

/** Texts and pictures that a matrix may have: more can neither be read nor drawn in a moderate memory. */
export const MAX_SIDE = 100;

const CELL = { width: 44, height: 26 } as const;
const EDGE = 12;
const LONGEST_TEXT = 240;
const LONGEST_NAME = 110;

/**
 * Coloured from the least cosine to the largest, which the legend states.
 *
 * @throws RangeError when there are too many texts or pictures, or not a finite cosine for each pair.
 */
export function similarityMatrix(matrix: SimilarityMatrix, colormap: Colormap = ink): Drawing {
  checkMatrix(matrix);
  const { texts, pictures } = matrix;
  const [low, high] = rangeOf(matrix.cosines);
  const colorOf: Colormap = (cosine) => colormap(high > low ? (cosine - low) / (high - low) : 0.5);
  const at = layout(matrix);
  const ends = { from: low.toFixed(2), to: high.toFixed(2) };
  return {
    width: at.left + Math.max(pictures.length * CELL.width, 140) + EDGE,
    height: at.bottom + 32,
    title: `Cosine similarity of ${texts.length} texts and ${pictures.length} pictures`,
    description: inWords(matrix, ends),
    shapes: [
      ...texts.map((text, t) => textLabel(text, at.left - 8, at.top + (t + 0.5) * CELL.height + DROP)),
      ...pictures.flatMap((picture, p) => columnHead(picture, at.left + p * CELL.width, at)),
      ...texts.flatMap((_, t) => cellsOf(matrix, t, at, colorOf)),
      ...colorBar({ x: at.left, y: at.bottom + 12, width: 80, colormap, ...ends }),
    ],
  };
}

interface Layout {
  readonly left: number;
  readonly thumbnails: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where the table begins and ends: labels get what the longest of them needs. */
function layout({ texts, pictures }: SimilarityMatrix): Layout {
  const widest = (lines: readonly string[]): number => Math.max(...lines.map(textWidth));
  const names = pictures.map(({ name }) => fittedPath(name, LONGEST_NAME));
  const thumbnails = EDGE + widest(names) + 6;
  const top = thumbnails + (pictures.some(({ thumbnail }) => thumbnail) ? CELL.width : 0);
  const bottom = top + texts.length * CELL.height;
  return {
    left: EDGE + widest(texts.map((text) => fitted(text, LONGEST_TEXT))) + 8,
    thumbnails,
    top,
    bottom,
  };
}

function textLabel(text: string, x: number, y: number): Shape {
  return { kind: 'words', x, y, text: fitted(text, LONGEST_TEXT), color: black, anchor: 'end' };
}

function columnHead({ name, thumbnail }: NamedPicture, x: number, { thumbnails }: Layout): Shape[] {
  const label: Shape = {
    kind: 'words',
    x: x + CELL.width / 2 + DROP,
    y: thumbnails - 6,
    text: fittedPath(name, LONGEST_NAME),
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

/** The row of a text. */
function cellsOf(matrix: SimilarityMatrix, t: number, { left, top }: Layout, colorOf: Colormap): Shape[] {
  const best = bestPicture(matrix, t);
  return matrix.pictures.flatMap(({ name }, p): Shape[] => {
    const cosine = cosineAt(matrix, p, t);
    const color = colorOf(cosine);
    const cell = { x: left + p * CELL.width, y: top + t * CELL.height, ...CELL };
    const middle = { x: cell.x + CELL.width / 2, y: cell.y + CELL.height / 2 + DROP };
    const hint = `${matrix.texts[t]} × ${name}: ${cosine.toFixed(4)}`;
    return [
      { kind: 'box', ...inset(cell, 0.5), color: p === best ? black : color },
      { kind: 'box', ...inset(cell, 2.5), color, hint },
      { kind: 'words', ...middle, text: cosine.toFixed(2), color: legibleOn(color), anchor: 'middle' },
    ];
  });
}

function inset({ x, y, width, height }: { x: number; y: number; width: number; height: number }, by: number) {
  return { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by };
}

/** Black or white, whichever has the larger contrast: at least 4.5 to 1, which WCAG 2 asks of small text. */
export function legibleOn(color: Rgb): Rgb {
  return luminance(color) > 0.179 ? [0, 0, 0] : white;
}

function cosineAt({ cosines, texts }: SimilarityMatrix, picture: number, text: number): number {
  return cosines[picture * texts.length + text] ?? Number.NaN; // all were checked
}

function bestPicture(matrix: SimilarityMatrix, text: number): number {
  const row = matrix.pictures.map((_, picture) => cosineAt(matrix, picture, text));
  return row.indexOf(Math.max(...row));
}

function rangeOf(cosines: ArrayLike<number>): [low: number, high: number] {
  const values = Array.from(cosines);
  return [Math.min(...values), Math.max(...values)];
}

/** What the picture tells, for someone who does not see it. */
function inWords(
  matrix: SimilarityMatrix,
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const best = matrix.texts.map((text, t) => {
    const p = bestPicture(matrix, t);
    return `${text}: ${matrix.pictures[p]?.name} (${cosineAt(matrix, p, t).toFixed(2)})`;
  });
  return `Cosines from ${from} to ${to}. The best picture of each text: ${best.join('; ')}.`;
}

function checkMatrix({ texts, pictures, cosines }: SimilarityMatrix): void {
  for (const [what, list] of Object.entries({ texts, pictures })) {
    if (list.length < 1 || list.length > MAX_SIDE)
      throw new RangeError(`expected 1 to ${MAX_SIDE} ${what} in a matrix, got ${list.length}`);
  }
  const expected = texts.length * pictures.length;
  if (cosines.length !== expected)
    throw new RangeError(`expected ${expected} cosines, got ${cosines.length}`);
  const wrong = Array.from(cosines).find((cosine) => !Number.isFinite(cosine));
  if (wrong !== undefined) throw new RangeError(`expected finite cosines, got ${wrong}`);
}
