import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

import { readingOrder } from '../../docs/.vitepress/reading-order.js';
import { linkOf, pages, tableBelow } from '../architecture/markdown.js';
import { root } from '../architecture/source-files.js';

const index = 'docs/README.md';
const text = readFileSync(join(root, index), 'utf8');
const groups = [...text.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
const rows = groups.flatMap((heading) => tableBelow(text, heading));

test('every page of the documentation is in the tables, once', () => {
  const listed = rows.map(([page = '']) => linkOf(page, index));
  const existing = pages().flatMap(({ path }) => (path.startsWith('docs/') && path !== index ? [path] : []));
  expect(listed.sort()).toEqual(existing.sort());
});

test('every folder of the source has its page, and only one', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  const named = rows.flatMap(([, cell = '']) =>
    [...cell.matchAll(/\(\.\.\/(src\/[^)]+)\)/g)].map(([, path]) => path),
  );
  expect(named.sort()).toEqual(folders.map(({ name }) => posix.join('src', name)).sort());
});

test('the sidebar has the groups and pages of the tables, by their titles', () => {
  const sidebar = readingOrder();
  expect(sidebar.map((group) => group.text)).toEqual(groups);
  const entries = sidebar.flatMap(({ items = [] }) => items);
  expect(entries).toHaveLength(rows.length);
  expect(entries.find(({ link }) => link === '/vision.md')?.text).toBe('InternViT');
});

test('the figure links to every file of the table of its boxes, and to nothing that is not there', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const [table = ''] = page.split('| box | file |')[1]?.split('\n\n') ?? [];
  const figure = readFileSync(join(root, 'docs/architecture.svg'), 'utf8');
  const boxes = [...figure.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
  const listed = [...table.matchAll(/\]\(([^)]+)\)/g)].map(([, href = '']) => href);
  expect(boxes.length).toBeGreaterThan(15);
  expect(listed.filter((href) => !boxes.includes(href))).toEqual([]);
  expect(boxes.filter((href) => !listed.includes(href))).toEqual([]);
});
