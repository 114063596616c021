/** Matrices of cosines as pictures: `--plot` of `retrieve`, with its older name `--matrix`, and of `embed`. */
import type { TransformName } from '../image/transform.js';
import { stackEmbeddings } from '../tasks/embeddings.js';
import type { Retrieval } from '../tasks/retrieve.js';
import { cosines } from '../tasks/similarity.js';
import { inputMatrix, MAX_SIDE, similarityMatrix } from '../visual/similarity-matrix.js';
import { plotFile, plotOption, writeDrawing } from './drawing-file.js';
import type { NamedEmbeddings } from './embeddings-file.js';
import { usageError } from './exit-code.js';
import type { OptionTable, Values } from './options.js';
import type { Terminal } from './terminal.js';
import { thumbnail } from './thumbnail.js';

export const matrixOptions = {
  ...plotOption(`all cosines as a table of colours, of up to ${MAX_SIDE} texts and pictures`),
  matrix: { kind: 'text', value: 'FILE', help: 'the same as --plot, its older name' },
} as const satisfies OptionTable;

export const inputMatrixOption = plotOption(
  `the cosines of all inputs, up to ${MAX_SIDE}, as a table of colours`,
);

/**
 * The file of the matrix, if one is asked for.
 *
 * @throws a usage error when it has another ending, or the table would be too large.
 */
export async function matrixFile(
  { plot, matrix }: Partial<Values<typeof matrixOptions>>,
  sides: Readonly<Record<string, number>>,
): Promise<string | undefined> {
  const path = await plotFile({ plot, matrix });
  if (path !== undefined && Math.max(...Object.values(sides)) > MAX_SIDE) {
    const [most, got] = [() => MAX_SIDE, (count: number) => count].map((shown) =>
      Object.entries(sides)
        .map(([what, count]) => `${shown(count)} ${what}`)
        .join(' and '),
    );
    throw usageError(`--${plot === undefined ? 'matrix' : 'plot'} expects at most ${most}, got ${got}`);
  }
  return path;
}

/** Draws the matrix, each picture above its column as the model saw it: squashed to a square. */
export async function drawMatrix(
  terminal: Terminal,
  path: string,
  { similarity }: Retrieval,
  texts: readonly string[],
  pictures: readonly { readonly path: string; readonly name: string }[],
): Promise<void> {
  const columns = [];
  for (const { path: file, name } of pictures) {
    columns.push({ name, thumbnail: await thumbnail(file, 'retrieval', terminal.signal) });
  }
  const drawing = similarityMatrix({ texts, pictures: columns, cosines: similarity.data });
  await writeDrawing(terminal, path, drawing);
}

/** Draws the cosines of all embeddings among themselves. */
export async function drawInputMatrix(
  terminal: Terminal,
  path: string,
  parts: readonly NamedEmbeddings[],
  transform: TransformName,
): Promise<void> {
  const inputs = [];
  for (const { kind, names } of parts) {
    for (const name of names) {
      const small = kind === 'images' ? await thumbnail(name, transform, terminal.signal) : undefined;
      inputs.push({ name, thumbnail: small });
    }
  }
  const all = stackEmbeddings(parts.map(({ embeddings }) => embeddings));
  await writeDrawing(terminal, path, inputMatrix(inputs, (await cosines(all, all)).data));
}
