/** Matrices of cosines: `--plot` and `--show` of `retrieve` (with its older name `--matrix`) and of `embed`. */
import type { TransformName } from '../image/transform.js';
import { stackEmbeddings } from '../tasks/embeddings.js';
import type { Retrieval } from '../tasks/retrieve.js';
import { cosines } from '../tasks/similarity.js';
import { matrixCells } from '../visual/matrix-cells.js';
import {
  inputMatrix,
  inputTable,
  MAX_SIDE,
  similarityMatrix,
  similarityTable,
} from '../visual/similarity-matrix.js';
import { plotFile, plotOption, showOption, writeDrawing } from './drawing-file.js';
import type { NamedEmbeddings } from './embeddings-file.js';
import { usageError } from './exit-code.js';
import type { OptionTable, Values } from './options.js';
import type { Terminal } from './terminal.js';
import { thumbnail } from './thumbnail.js';

const MATRIX = `all cosines as a table of colours, of up to ${MAX_SIDE}`;

export const matrixOptions = {
  ...plotOption(`${MATRIX} texts and pictures`),
  ...showOption('the same table'),
  matrix: { kind: 'text', value: 'FILE', help: 'the same as --plot, its older name' },
} as const satisfies OptionTable;

export const inputMatrixOptions = {
  ...plotOption(`${MATRIX} inputs among themselves`),
  ...showOption('the same table'),
} as const satisfies OptionTable;

/** Where a matrix is to be drawn: in a file, on the terminal, both, or nowhere. */
export interface MatrixRequest {
  readonly file: string | undefined;
  readonly show: boolean;
}

/** @throws a usage error when the file has another ending, or the table would be too large. */
export async function matrixRequest(
  { plot, matrix, show }: Values<typeof inputMatrixOptions> & { readonly matrix?: string | undefined },
  sides: Readonly<Record<string, number>>,
): Promise<MatrixRequest> {
  const file = await plotFile({ plot, matrix });
  if ((file !== undefined || show) && Math.max(...Object.values(sides)) > MAX_SIDE) {
    const list = (shown: (count: number) => number) =>
      Object.entries(sides).map(([what, count]) => `${shown(count)} ${what}`);
    const [most, got] = [list(() => MAX_SIDE), list((count) => count)].map((each) => each.join(' and '));
    const option = plot !== undefined ? 'plot' : matrix !== undefined ? 'matrix' : 'show';
    throw usageError(`--${option} expects at most ${most}, got ${got}`);
  }
  return { file, show };
}

/** Dots of a thumbnail: what its place in the table has in a PNG. */
const THUMBNAIL = 80;

/** Draws the matrix, each picture above its column as the model saw it: squashed to a square. */
export async function drawMatrix(
  terminal: Terminal,
  { file, show }: MatrixRequest,
  { similarity }: Retrieval,
  texts: readonly string[],
  pictures: readonly { readonly path: string; readonly name: string }[],
): Promise<void> {
  const matrix = { texts, pictures, cosines: similarity.data };
  if (file !== undefined) {
    const columns = [];
    for (const { path, name } of pictures)
      columns.push({ name, thumbnail: await thumbnail(path, 'retrieval', THUMBNAIL, terminal.signal) });
    await writeDrawing(terminal, file, similarityMatrix({ ...matrix, pictures: columns }));
  }
  if (show) terminal.show(matrixCells(similarityTable(matrix), terminal.size));
}

/** Draws the cosines of all embeddings among themselves. */
export async function drawInputMatrix(
  terminal: Terminal,
  { file, show }: MatrixRequest,
  parts: readonly NamedEmbeddings[],
  transform: TransformName,
): Promise<void> {
  if (file === undefined && !show) return;
  const inputs = parts.flatMap(({ kind, names }) =>
    names.map((name) => ({ name, isPicture: kind === 'images' })),
  );
  const all = stackEmbeddings(parts.map(({ embeddings }) => embeddings));
  const { data } = await cosines(all, all);
  if (file !== undefined) {
    const pictured = [];
    for (const input of inputs) {
      const small = input.isPicture
        ? await thumbnail(input.name, transform, THUMBNAIL, terminal.signal)
        : undefined;
      pictured.push({ ...input, thumbnail: small });
    }
    await writeDrawing(terminal, file, inputMatrix(pictured, data));
  }
  if (show) terminal.show(matrixCells(inputTable(inputs, data), terminal.size));
}
