import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';

import { linkOf, tableBelow } from '../architecture/markdown.js';
import { importsOf, parseSource, root, sourceFiles } from '../architecture/source-files.js';

const page = 'docs/architecture.md';
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const rows = tableBelow(read(page), 'The paper in the code').map(
  ([paper = '', , file = '', tested = '']) => ({
    paper,
    file: linkOf(file, page) ?? '',
    tested: linkOf(tested, page) ?? '',
  }),
);

/** What stands behind `Paper:` in the comment at the top of a file; undefined where nothing does. */
function paperOf(text: string): string | undefined {
  const [header = ''] = text.split('*/', 1);
  return /\bPaper:\s([\s\S]*)/.exec(header)?.[1];
}

const imports = new Map<string, readonly string[]>();

/** The files of the project that a file imports itself. */
function importsAt(path: string): readonly string[] {
  const known = imports.get(path);
  if (known) return known;
  const specifiers = importsOf(parseSource(path, read(path))).filter((specifier) =>
    specifier.startsWith('.'),
  );
  const targets = specifiers.map((name) => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'));
  const files = targets.filter((target) => target.endsWith('.ts') && existsSync(join(root, target)));
  imports.set(path, files);
  return files;
}

/** The files of the project that `path` imports, and those that they import. */
function reached(path: string, found = new Set<string>()): Set<string> {
  for (const target of importsAt(path)) {
    if (found.has(target)) continue;
    found.add(target);
    reached(target, found);
  }
  return found;
}

test('every source that names a part of the paper has its row, and no other twice', () => {
  const named = sourceFiles('src').filter(({ text }) => paperOf(text) !== undefined);
  expect(named.length).toBeGreaterThan(30);
  const files = rows.map(({ file }) => file);
  expect(named.map(({ path }) => path).filter((path) => !files.includes(path))).toEqual([]);
  expect(files).toEqual([...new Set(files)]);
});

test.each(rows)('$file: the section, and the test that runs it', ({ paper, file, tested }) => {
  expect(paper).toMatch(/^(§\d\.\d|tables? \d+|figure \d|appendix)/);
  expect(tested).toMatch(/^test\/.+\.test\.ts$/);
  const own = paperOf(read(file));
  const sections = paper.match(/§\d\.\d|\d+/g) ?? [];
  if (own !== undefined && paper !== 'appendix')
    expect(sections.filter((name) => !own.includes(name))).toEqual([]);
  const mirror = file.replace(/^src\/(.*)\.ts$/, 'test/$1.test.ts');
  if (existsSync(join(root, mirror))) expect(tested).toBe(mirror);
  expect([...reached(tested)]).toContain(file);
});
