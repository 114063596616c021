import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { type Page, pages, prose } from '../architecture/markdown.js';
import { pathsBelow, root } from '../architecture/source-files.js';

/** Words of others, which the pages explain or compare with. */
const foreign = ['Deno', 'jupyter', 'linspace', 'xUnit', 'b_k'];

/** Everything that a name may stand in: the code, its data, the settings. */
const folders = ['src', 'test', '.ci', 'docs/.vitepress', 'weights'];
const files = ['.ts', '.mjs', '.json'].flatMap((ending) => pathsBelow(folders, ending));
const code = [...files, 'package.json'].filter(
  (path) => !/\.vitepress\/(\.temp|cache|dist)\/|docs\/symbols\.test/.test(path),
);
const words = new Set(
  code.flatMap((path) => readFileSync(join(root, path), 'utf8').match(/[\p{L}_$][\w$]*/gu) ?? []),
);

/** The names in the code of a page's sentences: camelCase, PascalCase, snake_case, and whatever is called. */
function namesIn({ text }: Page): string[] {
  const pieces = [...prose(text).matchAll(/`([^`\n]+)`/g)].map(([, piece = '']) => piece);
  const whole = pieces.filter((piece) => /^[A-Za-z_$][\w$.]*(\(.*\))?$/.test(piece));
  return whole.flatMap((piece) => {
    const isCode = /[a-z][A-Z]|^[A-Z][a-z]|[a-z]_[a-z]|\(/.test(piece);
    return isCode ? piece.replace(/\(.*/, '').split('.').filter(Boolean) : [];
  });
}

const unknown = (page: Page): string[] =>
  namesIn(page)
    .filter((name) => !words.has(name) && !foreign.includes(name))
    .map((name) => `${page.path}: ${name}`);

test('the names in the sentences of all pages exist in the code', () => {
  expect(pages().flatMap(namesIn).length).toBeGreaterThan(200);
  expect(pages().flatMap(unknown)).toEqual([]);
});

/** [`rmsNorm`](../src/nn/rms-norm.ts) promises that the file has the name. */
test('a name that links to a source stands in that source', () => {
  const links = pages().flatMap(({ path, text }) =>
    [...prose(text).matchAll(/\[`(\w+)`\]\(([^)#]+\.m?ts)\)/g)].map(([, name, target = '']) => ({
      name,
      source: readFileSync(join(root, path, '..', target), 'utf8'),
    })),
  );
  expect(links.length).toBeGreaterThan(3);
  for (const { name, source } of links) expect(source).toMatch(new RegExp(`\\b${name}\\b`));
});

test.each([['`noSuchThing`'], ['`rmsNorm.noSuchMember`'], ['`nothingCalled(x)`'], ['`no_such_name`']])(
  '%s would be found',
  (text) => {
    expect(unknown({ path: 'docs/page.md', text })).toHaveLength(1);
  },
);
