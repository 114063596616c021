/**
 * The cosines of a retrieval as a table, a row for each text, a column for each picture; and those of inputs of any
 * kind among themselves.
 */
import type { Colormap } from './colormap.js';
import { type CosineTable, cosineTable, type NamedPicture, rangeOf } from './cosine-table.js';
import type { Drawing } from './drawing.js';

export interface SimilarityMatrix {
  readonly texts: readonly string[];
  readonly pictures: readonly NamedPicture[];
  /** Pictures × texts, row by row, as `retrieve` gives them. */
  readonly cosines: ArrayLike<number>;
}

/** A picture, or a text. */
export interface NamedInput extends NamedPicture {
  readonly isPicture: boolean;
}

/** Rows and columns that a matrix may have: more can neither be read nor drawn in a moderate memory. */
export const MAX_SIDE = 100;

/**
 * A frame marks the best picture of each text.
 *
 * @throws RangeError when there are too many texts or pictures, or not a finite cosine for each pair.
 */
export function similarityMatrix(matrix: SimilarityMatrix, colormap?: Colormap): Drawing {
  const table = similarityTable(matrix);
  return {
    ...cosineTable(table, colormap),
    title: `Cosine similarity of ${matrix.texts.length} texts and ${matrix.pictures.length} pictures`,
    description: inWords(table, 'The best picture of each text'),
  };
}

/** The same as a table, to be drawn otherwise. @throws as `similarityMatrix`. */
export function similarityTable({ texts, pictures, cosines }: SimilarityMatrix): CosineTable {
  checkSides({ texts, pictures });
  checkCosines(cosines, texts.length * pictures.length);
  const cosine = (text: number, picture: number) => cosines[picture * texts.length + text] ?? Number.NaN;
  const rows = texts.map((name) => ({ name, isPath: false }));
  const best = (text: number): number | undefined => bestOf(pictures, (picture) => cosine(text, picture));
  return { rows, columns: pictures, cosine, best };
}

/**
 * Of every input with every other, cosines [inputs, inputs]; a frame marks the nearest other one of each.
 *
 * @throws RangeError when there are too many inputs, or not a finite cosine for each pair.
 */
export function inputMatrix(
  inputs: readonly NamedInput[],
  cosines: ArrayLike<number>,
  colormap?: Colormap,
): Drawing {
  const table = inputTable(inputs, cosines);
  return {
    ...cosineTable(table, colormap),
    title: `Cosine similarity of ${inputs.length} inputs`,
    description: inWords(table, 'The nearest other input of each'),
  };
}

/** The same as a table, to be drawn otherwise. @throws as `inputMatrix`. */
export function inputTable(inputs: readonly NamedInput[], cosines: ArrayLike<number>): CosineTable {
  checkSides({ inputs });
  checkCosines(cosines, inputs.length ** 2);
  const cosine = (row: number, column: number) => cosines[row * inputs.length + column] ?? Number.NaN;
  const rows = inputs.map(({ name, isPicture }) => ({ name, isPath: isPicture }));
  const best = (row: number): number | undefined =>
    bestOf(inputs, (column) => (column === row ? Number.NEGATIVE_INFINITY : cosine(row, column)));
  return { rows, columns: inputs, cosine, best };
}

/** The column with the largest value; of equal ones the first. None where no value is finite. */
function bestOf(columns: readonly unknown[], value: (column: number) => number): number | undefined {
  const values = columns.map((_, column) => value(column));
  const largest = Math.max(...values);
  return Number.isFinite(largest) ? values.indexOf(largest) : undefined;
}

/** What the picture tells, for someone who does not see it. */
function inWords(table: CosineTable, best: string): string {
  const [low, high] = rangeOf(table);
  const told = table.rows.flatMap(({ name }, r) => {
    const c = table.best(r);
    return c === undefined ? [] : [`${name}: ${table.columns[c]?.name} (${table.cosine(r, c).toFixed(2)})`];
  });
  const end = told.length > 0 ? ` ${best}: ${told.join('; ')}.` : '';
  return `Cosines from ${low.toFixed(2)} to ${high.toFixed(2)}.${end}`;
}

function checkSides(sides: Readonly<Record<string, readonly unknown[]>>): void {
  for (const [what, list] of Object.entries(sides)) {
    if (list.length < 1 || list.length > MAX_SIDE)
      throw new RangeError(`expected 1 to ${MAX_SIDE} ${what} in a matrix, got ${list.length}`);
  }
}

function checkCosines(cosines: ArrayLike<number>, expected: number): void {
  if (cosines.length !== expected)
    throw new RangeError(`expected ${expected} cosines, got ${cosines.length}`);
  const wrong = Array.from(cosines).find((cosine) => !Number.isFinite(cosine));
  if (wrong !== undefined) throw new RangeError(`expected finite cosines, got ${wrong}`);
}
