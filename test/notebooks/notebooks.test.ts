import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

import { pathsBelow, root } from '../architecture/source-files.js';
import { scriptOf } from './cell-code.js';
import { typeErrors } from './check-types.js';
import { type CodeCell, type Notebook, readNotebook, sourceOf } from './notebook.js';

const folder = mkdtempSync(join(tmpdir(), 'notebooks-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a program beside this file in a process of its own; rejects when it fails. */
function program(name: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', `test/notebooks/${name}.ts`, ...args];
  return promisify(execFile)(process.execPath, command, { cwd: root });
}

/** Runs a notebook; rejects when a cell throws. */
const run = (path: string, copy: string) => program('run', path, copy);

const codeCells = ({ cells }: Notebook) =>
  cells.filter((cell): cell is CodeCell => cell.cell_type === 'code');

const notebooks = pathsBelow(['notebooks'], '.ipynb');

test('there are notebooks, numbered', () => {
  expect(notebooks.length).toBeGreaterThan(0);
  for (const path of notebooks) expect(path).toMatch(/^notebooks\/\d\d-[a-z0-9-]+\.ipynb$/);
});

describe.each(notebooks)('%s', (path) => {
  const notebook = readNotebook(join(root, path));

  test('is stored without outputs, and checks what it claims', () => {
    for (const { outputs, execution_count: count } of codeCells(notebook)) {
      expect({ outputs, count }).toEqual({ outputs: [], count: null });
    }
    expect(codeCells(notebook).filter((cell) => sourceOf(cell).includes('throw ')).length).toBeGreaterThan(3);
  });

  test('runs, and draws pictures', { timeout: 300_000 }, async () => {
    const copy = join(folder, 'copy.ipynb');
    await run(path, copy);
    const outputs = codeCells(readNotebook(copy)).flatMap((cell) => cell.outputs);
    const pictures = outputs.flatMap((output) =>
      output.output_type === 'display_data' ? Object.values(output.data) : [],
    );
    expect(pictures.length).toBeGreaterThan(0);
    for (const svg of pictures.filter(isSvg)) expect(withoutBytes(svg)).not.toMatch(/NaN|undefined/);
  });
});

test('the types of all cells fit together', { timeout: 300_000 }, () => {
  const all = notebooks.map((path) => [join(root, path), readNotebook(join(root, path))] as const);
  expect(typeErrors(new Map(all))).toEqual([]);
});

/** Bytes in base 64 spell words by chance: a PNG, and pictures inside pictures. */
const isSvg = (picture: string) => picture.startsWith('<');
const withoutBytes = (svg: string) => svg.replaceAll(/base64,[A-Za-z0-9+/=]+/g, '');

/** A notebook of these cells of code. */
function notebookOf(...sources: string[]): Notebook {
  const cell = { cell_type: 'code', metadata: {}, execution_count: null, outputs: [] } as const;
  const cells = sources.map((source, i) => ({ ...cell, id: `c${i}`, source }));
  return { cells, metadata: { kernelspec: { name: 'deno' } }, nbformat: 4, nbformat_minor: 5 };
}

/** The same as a file. */
function written(name: string, ...sources: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(notebookOf(...sources)));
  return path;
}

describe('the code of a cell as a script', () => {
  test.each([
    ["import { a, b as c, type D } from './x.js';", "const { a, b: c } = await importFrom('./x.js');"],
    ["import * as tf from 'x';", "const tf = await importFrom('x');"],
    ["import d, { e } from 'x';", "const { default: d, e } = await importFrom('x');"],
    ["import 'x';", "await importFrom('x');"],
    ["import type { T } from 'x';", ''],
    ['let a: number = b as number;', 'let a = b;'],
  ])('%s', (code, script) => {
    expect(scriptOf(code).trim()).toBe(script);
  });

  test('code that cannot be parsed is refused with its line', () => {
    expect(() => scriptOf('const a = 1;\nconst = 2;')).toThrow(/^line 2: /);
  });
});

describe('the runner', () => {
  test('shares names between cells, strips types, awaits, shows values and what is printed', async () => {
    const path = written(
      'values.ipynb',
      "import { type PathLike, existsSync as has } from 'node:fs';\nconst a: number = await Promise.resolve(20);",
      "const a = 21; // again\nconsole.log('has %s', has('values.ipynb'));",
      "display({ 'image/svg+xml': '<svg/>' });\n({ twice: 2 * a })",
    );
    const copy = join(folder, 'copy.ipynb');
    expect((await run(path, copy)).stdout).toBe('has true\n[image/svg+xml]\n{ twice: 42 }\n');
    expect(codeCells(JSON.parse(readFileSync(copy, 'utf8')))[2]).toMatchObject({
      execution_count: 3,
      outputs: [
        { output_type: 'display_data', data: { 'image/svg+xml': '<svg/>' } },
        { output_type: 'execute_result', data: { 'text/plain': '{ twice: 42 }' }, execution_count: 3 },
      ],
    });
  });

  test.each([
    ['throws', "throw new Error('three is not two');", /cell 2 \(c1\): Error: three is not two/],
    ['imports nothing', "import { x } from './nowhere.js';", /cell 2 \(c1\): .*nowhere/],
  ])('a cell that %s is named, and nothing after it runs', async (_, code, message) => {
    const path = written('wrong.ipynb', '1', code, "console.log('reached')");
    const failure = await run(path, join(folder, 'none.ipynb')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
  });
});

describe('the types of cells', () => {
  const path = join(root, 'notebooks/made-up.ipynb');
  const errorsOf = (...sources: string[]) => typeErrors(new Map([[path, notebookOf(...sources)]]));

  test('names of earlier cells are known, and may be declared again as something else', {
    timeout: 120_000,
  }, () => {
    const imports =
      "import {\n  inputSize,\n} from '../src/contrastive/config.js';\nconst side = 4;\ninputSize(undefined) / side;";
    expect(errorsOf(imports, "const side = 'long';", 'await Promise.resolve(side.length);')).toEqual([]);
  });

  test('what does not fit is named with its cell and line', { timeout: 120_000 }, () => {
    const unknown = "import { inputSite } from '../src/contrastive/config.js';\ninputSite;";
    expect(errorsOf('1', unknown, "\n'long'.size;\nconst kept = display;")).toEqual([
      expect.stringMatching(/^notebooks\/made-up\.ipynb: cell 2 \(c1\), line 1: .*no exported member/),
      expect.stringMatching(
        /^notebooks\/made-up\.ipynb: cell 3 \(c2\), line 2: Property 'size' does not exist/,
      ),
      expect.stringMatching(/^notebooks\/made-up\.ipynb: cell 3 \(c2\), line 3: 'kept' is declared but/),
    ]);
  });
});

describe('the command for all of them', () => {
  test('prints a line for each, names the cell that throws, and goes on', { timeout: 120_000 }, async () => {
    const wrong = written('wrong.ipynb', '1', "throw new Error('three is not two');");
    const right = written('right.ipynb', 'console.log(1)');
    const failure = await program('run-all', wrong, right).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^wrong +\d+\.\d s {2}FAILED\nright +\d+\.\d s\n$/),
      stderr: expect.stringMatching(/cell 2 \(c1\): Error: three is not two(.|\n)*\n1 failed\n$/),
    });
    const copies = join(folder, 'copies');
    await program('run-all', right, '--out', copies);
    const [cell] = codeCells(readNotebook(join(copies, 'right.ipynb')));
    expect(cell?.outputs).toMatchObject([{ output_type: 'stream', text: '1\n' }]);
  });

  test('refuses what is no notebook', async () => {
    const failure = await program('run-all', '77').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^expected a file or the beginning of 01-/),
    });
  });
});
