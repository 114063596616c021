/**
 * The notebooks in Deno, without Jupyter: its prompt evaluates what it is given as its kernel evaluates cells. Left out
 * where there is no `deno` (in the environment variable DENO, or in the path); with CI set, that is a failure.
 */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

import { pathsBelow, root } from '../architecture/source-files.js';
import { readNotebook, sourceOf } from './notebook.js';

const folder = mkdtempSync(join(tmpdir(), 'deno-'));
afterAll(() => rmSync(folder, { recursive: true }));

const deno = process.env.DENO ?? 'deno';
const isLeftOut = process.env.CI === undefined && !runs(deno);

function runs(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The kernel has a `display` of its own; the prompt has not. */
const START = "globalThis.display = (bundle) => console.log('[' + Object.keys(bundle).join() + ']');";

/** What Deno prints of these cells, evaluated one after the other in the folder of the notebooks. */
async function outputOf(...cells: string[]): Promise<string> {
  const files = [START, ...cells].map((code, i) => {
    const file = join(folder, `${i}.ts`);
    writeFileSync(file, code);
    return file;
  });
  const command = ['repl', '-A', '--no-remote', '--config', 'deno.json', `--eval-file=${files.join()}`];
  const running = promisify(execFile)(deno, command, { cwd: join(root, 'notebooks') });
  running.child.stdin?.end();
  const { stdout, stderr } = await running;
  return stderr + stdout;
}

const codeOf = (path: string): string[] =>
  readNotebook(join(root, path)).cells.flatMap((cell) => (cell.cell_type === 'code' ? [sourceOf(cell)] : []));

describe.skipIf(isLeftOut)('in Deno', () => {
  const notebooks = pathsBelow(['notebooks'], '.ipynb');

  test.each(notebooks)('%s finds its imports and starts the backend', { timeout: 120_000 }, async (path) => {
    expect(await outputOf(codeOf(path)[0] ?? '', "console.log('started')")).toMatch(/^started\n/);
  });

  test.each(['notebooks/02-one-block.ipynb', 'notebooks/04-pooling-and-cosine.ipynb'])(
    '%s runs to its end, and draws',
    { timeout: 120_000 },
    async (path) => {
      const output = await outputOf(...codeOf(path), "console.log('the end')");
      expect(output).toMatch(/^\[image\/svg\+xml\]$/m);
      expect(output).toMatch(/^the end$/m);
      expect(output).not.toContain('Uncaught');
    },
  );

  test('a cell that throws would be seen', { timeout: 60_000 }, async () => {
    expect(await outputOf("throw new Error('three is not two')")).toContain(
      'Uncaught Error: three is not two',
    );
  });
});
