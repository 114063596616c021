import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { layers } from './layers.js';
import { deadEnds, pages, tableBelow } from './markdown.js';
import { root } from './source-files.js';

const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

test('links and code paths of all pages lead somewhere', () => {
  expect(pages().length).toBeGreaterThan(3);
  expect(pages().flatMap(deadEnds)).toEqual([]);
});

test.each([
  ['[a](nowhere.md)'],
  ['[a](../src/nowhere.ts)'],
  ['[a](notation.md#no-such-heading)'],
  ['see `src/nowhere.ts`'],
])('%s would be found', (line) => {
  expect(deadEnds({ path: 'docs/page.md', text: `# Page\n\n${line}\n` })).toHaveLength(1);
});

test('addresses, anchors that exist and paths with a wildcard are fine', () => {
  const lines = ['[a](https://example.org)', '[a](notation.md#axes)', '[a](#page)', '`src/*.ts`', '`src/nn`'];
  expect(deadEnds({ path: 'docs/page.md', text: `# Page\n\n${lines.join('\n')}\n` })).toEqual([]);
});

test('every folder of the source is in the page of the layers and has a layer', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const table = tableBelow(text, 'Layers').flat().join(' ');
  for (const { name } of folders) {
    expect(Object.keys(layers)).toContain(name);
    expect(table).toContain(`\`${name}\``);
  }
});

test('tests mirror the source: each folder of tests has its folder of source', () => {
  const folders = readdirSync(join(root, 'test'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const own = ['architecture', 'bench', 'browser', 'docs', 'fixtures', 'notebooks', 'package', 'weights'];
  const strange = folders.filter(({ name }) => !own.includes(name) && !existsSync(join(root, 'src', name)));
  expect(strange.map(({ name }) => name)).toEqual([]);
});
