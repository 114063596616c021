/** `--matrix`: the cosines of a retrieval as a picture. */
import { applyTransform } from '../image/transform.js';
import { readPicture } from '../tasks/picture.js';
import type { Retrieval } from '../tasks/retrieve.js';
import { MAX_SIDE, similarityMatrix } from '../visual/similarity-matrix.js';
import { checkDrawingFile, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import type { OptionTable } from './options.js';
import type { Terminal } from './terminal.js';

export const matrixOptions = {
  matrix: {
    kind: 'text',
    value: 'FILE',
    help: `draw all cosines as a table of colours (.png or .svg), of up to ${MAX_SIDE} texts and pictures`,
  },
} as const satisfies OptionTable;

/** @throws a usage error when the file has another ending, or the table would be too large. */
export async function checkMatrixFile(path: string, texts: number, pictures: number): Promise<void> {
  await checkDrawingFile('matrix', path);
  if (Math.max(texts, pictures) > MAX_SIDE) {
    const got = `${texts} texts and ${pictures} pictures`;
    throw usageError(`--matrix expects at most ${MAX_SIDE} texts and ${MAX_SIDE} pictures, got ${got}`);
  }
}

/** Dots of a thumbnail: what its place in the table has in a PNG. */
const THUMBNAIL = 80;

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
    const image = await readPicture(file, terminal.signal);
    columns.push({ name, thumbnail: applyTransform(image, 'retrieval', THUMBNAIL) });
  }
  await writeDrawing(
    terminal,
    path,
    similarityMatrix({ texts, pictures: columns, cosines: similarity.data }),
  );
}
