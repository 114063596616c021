/**
 * The command that runs the notebooks of the project, each in a process of its own: `npm run notebooks`.
 *
 * A line for each with its seconds; where a cell throws, its number, its id and what it threw. The exit code is 1
 * when one failed, 2 when nothing could be run.
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

import { pathsBelow, root } from '../architecture/source-files.js';
import { typeErrors } from './check-types.js';
import { readNotebook } from './notebook.js';

const HELP = `npm run notebooks [-- NAME… [OPTIONS]]

Runs the notebooks whose names begin with NAME, or the file NAME.ipynb; without a name, all.

  --check        look at the types of their cells first
  --out FOLDER   write copies with their outputs, pictures included
  --help         this text

  npm run notebooks
  npm run notebooks -- 03 05 --check --out /tmp/copies
`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const options = { check: { type: 'boolean' }, out: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const paths = chosen(positionals);
  let failures = values.check ? reportTypes(paths) : 0;
  const out = values.out === undefined ? undefined : resolve(values.out);
  if (out !== undefined) mkdirSync(out, { recursive: true });
  for (const path of paths) failures += (await run(path, out)) ? 0 : 1;
  if (failures > 0) process.stderr.write(`${failures} failed\n`);
  return failures > 0 ? 1 : 0;
}

/** All, or those that are named. @throws Error for a name that is the beginning of none. */
function chosen(names: readonly string[]): string[] {
  const all = pathsBelow(['notebooks'], '.ipynb').map((path) => join(root, path));
  return names.length === 0 ? all : [...new Set(names.flatMap((name) => named(name, all)))];
}

function named(name: string, all: readonly string[]): string[] {
  if (name.endsWith('.ipynb')) return [resolve(name)];
  const paths = all.filter((path) => basename(path).startsWith(name));
  if (paths.length > 0) return paths;
  const known = all.map((path) => basename(path, '.ipynb')).join(', ');
  throw new Error(`expected a file or the beginning of ${known}, got ${name}`);
}

/** Prints what is wrong with the types of the cells, and counts it. */
function reportTypes(paths: readonly string[]): number {
  const errors = typeErrors(new Map(paths.map((path) => [path, readNotebook(path)])));
  for (const error of errors) process.stderr.write(`${error}\n`);
  process.stdout.write(`${'types of the cells'.padEnd(32)} ${errors.length === 0 ? 'fit' : 'do not fit'}\n`);
  return errors.length;
}

/** Whether all cells ran. */
async function run(path: string, out: string | undefined): Promise<boolean> {
  const copy = out === undefined ? [] : [join(out, basename(path))];
  const started = performance.now();
  const program = join(root, 'test/notebooks/run.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, path, ...copy], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((done, failed) => child.once('close', done).once('error', failed));
  const [words, code] = await Promise.all([text(child.stderr), ended]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = code === 0 ? '' : '  FAILED';
  process.stdout.write(`${basename(path, '.ipynb').padEnd(32)} ${seconds.padStart(5)} s${verdict}\n`);
  if (code !== 0) process.stderr.write(words === '' ? `${path}: ended with code ${code}\n` : words);
  return code === 0;
}
