import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { notebookPage } from '../../docs/.vitepress/notebook-pages.js';
import { parityTable, withTable } from '../../docs/.vitepress/parity-table.js';
import type { CaseResult } from '../../src/parity/run.js';
import { root } from '../architecture/source-files.js';
import type { CodeCell, Output } from '../notebooks/notebook.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function codeCell(source: string, ...outputs: Output[]): CodeCell {
  return { cell_type: 'code', id: 'c', metadata: {}, execution_count: 1, source, outputs };
}

const printed = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const drawn = (data: Record<string, string>): Output => ({ output_type: 'display_data', data, metadata: {} });

test('a notebook becomes a page: code, what it printed as one text, pictures as files', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>a curve</title></svg>';
  const cells = [
    { cell_type: 'markdown', id: 't', metadata: {}, source: '# A title\n\nText.' } as const,
    codeCell('const fence = "```";', printed('one\n'), printed('two\n'), drawn({ 'image/svg+xml': svg })),
    codeCell('draw()', drawn({ 'image/png': Buffer.from('bytes').toString('base64') })),
  ];
  const { markdown, pictures } = notebookPage('07-x', { cells });
  expect(markdown).toContain('# A title\n\nText.\n\n<p class="origin">');
  expect(markdown).toContain('````ts\nconst fence = "```";\n````');
  expect(markdown).toContain('```text\none\ntwo\n```');
  expect(markdown).toContain('<img class="output" src="./07-x-1.svg" alt="a curve">');
  expect(markdown).toContain('src="./07-x-2.png"');
  expect([...pictures.values()].map(String)).toEqual([svg, 'bytes']);
});

test('code that a notebook folds away is folded away on its page', () => {
  const cell = { ...codeCell('draw()'), metadata: { jupyter: { source_hidden: true } } };
  const { markdown } = notebookPage('x', { cells: [cell, codeCell('shown()')] });
  expect(markdown).toContain('<details><summary>Code</summary>\n\n```ts\ndraw()\n```\n\n</details>');
  expect(markdown.match(/<details>/g)).toHaveLength(1);
});

test('an output that cannot be shown is refused', () => {
  expect(() => notebookPage('x', { cells: [codeCell('1', drawn({ 'text/latex': 'x' }))] })).toThrow(
    'expected an output of text, SVG or PNG, got text/latex',
  );
});

const result = (module: string, relativeL2: number, ok = true): CaseResult => ({
  name: 'a',
  module,
  ok,
  status: ok ? 'ok' : 'failed',
  outputs: [{ name: 'x', ok, relativeL2, maxAbs: 0, tolerance: { relativeL2: 1e-4 } }],
  seconds: 1,
  peakBytes: 1,
});

test('the table of parity has a row a module, with the worst of its outputs', () => {
  const rows = parityTable([result('b', 2e-7), result('a', 1e-7), result('b', 3e-3, false)]).split('\n');
  expect(rows.slice(2)).toEqual([
    '| `a` | 1 of 1 | 1 | 1.0e-7 | 1.0e-4 |',
    '| `b` | 1 of 2 | 2 | 3.0e-3 | 1.0e-4 |',
  ]);
});

test('a module without a result has no numbers, and exact outputs are called so', () => {
  const exact = { ...result('a', 0).outputs[0], tolerance: { exact: true } } as CaseResult['outputs'][number];
  const [, , ids, error] = parityTable([
    { ...result('a', 0), outputs: [exact] },
    { ...result('b', 0, false), outputs: [] },
  ]).split('\n');
  expect(ids).toBe('| `a` | 1 of 1 | 1 | 0 | exact |');
  expect(error).toBe('| `b` | 0 of 1 | 0 | – | – |');
});

test('the page of parity has the table of the results that lie beside it, and all of them hold', () => {
  const results: CaseResult[] = JSON.parse(read('docs/parity.json'));
  expect(results.length).toBeGreaterThan(40);
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  const page = read('docs/parity.md');
  expect(withTable(page, parityTable(results))).toBe(page);
});
