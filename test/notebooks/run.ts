/**
 * The command that runs a notebook: `node --import tsx test/notebooks/run.ts NOTEBOOK [COPY]`.
 *
 * What the cells print goes to the terminal; COPY is written with all outputs, pictures included, for reading in
 * any viewer of notebooks. The exit code is 1 when a cell throws.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { type Notebook, type Output, readNotebook } from './notebook.js';
import { runNotebook } from './run-notebook.js';

const [path, copy] = process.argv.slice(2).map((argument) => resolve(argument));
try {
  if (path === undefined) throw new Error('expected a notebook: run.ts NOTEBOOK [COPY]');
  const done = await runNotebook(readNotebook(path), path);
  if (copy !== undefined) writeFileSync(copy, `${JSON.stringify(done, null, 1)}\n`);
  process.stdout.write(textOf(done));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function textOf({ cells }: Notebook): string {
  const outputs = cells.flatMap((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  return outputs.map(lineOf).join('');
}

function lineOf(output: Output): string {
  if (output.output_type === 'stream') return output.text;
  return `${output.data['text/plain'] ?? `[${Object.keys(output.data).join(', ')}]`}\n`;
}
