/** A file or folder of the repository as a page of the site that needs no framework. */
import { readFileSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import ts from 'typescript';

import { type AddressOf, declarationsOf, escaped, highlighted, plain } from './highlight.js';
import { addressOf, root } from './repository.js';

const trees = new Map<string, ts.SourceFile>();

/** The page of a file; `paths` are those that have a page. */
export function filePage(path: string, paths: ReadonlySet<string>): string {
  const isKnown = /^\.(m?ts|m?js|json)$/.test(extname(path));
  const code = isKnown ? highlighted(treeOf(path), declarations(path, paths)) : plain(read(path));
  return shell(path, `<pre>${code}</pre>`, counterpart(path, paths));
}

/** The files of a folder, each with the first sentence of its header comment. */
export function folderPage(path: string, paths: ReadonlySet<string>): string {
  const own = [...paths].filter((other) => posix.dirname(other) === path);
  const rows = own.map((other) => {
    const name = link(path, other, posix.basename(other));
    return `<tr><td>${name}</td><td>${escaped(purpose(other))}</td></tr>`;
  });
  return shell(path, `<table>\n${rows.join('\n')}\n</table>`, '');
}

/** The first sentence of the comment at the top of a file of TypeScript; empty where there is none. */
export function purpose(path: string): string {
  if (!/\.m?[jt]s$/.test(path)) return '';
  const [, comment = ''] = /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//.exec(read(path)) ?? [];
  const text = comment.replaceAll(/\s*\n \* ?/g, ' ').trim();
  return /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;
}

function declarations(path: string, paths: ReadonlySet<string>): AddressOf {
  return (name, specifier) => {
    const file = specifier === undefined ? path : moduleOf(path, specifier, paths);
    if (file === undefined) return undefined;
    const line = name === undefined ? undefined : declarationsOf(treeOf(file)).get(name);
    if (line === undefined) return file === path ? undefined : between(path, file);
    return file === path ? `#L${line}` : `${between(path, file)}#L${line}`;
  };
}

/** The file of a relative specifier: `./block.js` is written in `block.ts`. */
function moduleOf(path: string, specifier: string, paths: ReadonlySet<string>): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const file = posix.join(posix.dirname(path), specifier);
  return [file.replace(/\.js$/, '.ts'), file].find((candidate) => paths.has(candidate));
}

function treeOf(path: string): ts.SourceFile {
  const [known, text] = [trees.get(path), read(path)];
  if (known?.text === text) return known;
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  trees.set(path, tree);
  return tree;
}

/** A link to the test of a source, or to the source of a test. */
function counterpart(path: string, paths: ReadonlySet<string>): string {
  const test = path.replace(/^src\/(.*)\.ts$/, 'test/$1.test.ts');
  const source = path.replace(/^test\/(.*)\.test\.ts$/, 'src/$1.ts');
  const other = [test, source].find((candidate) => candidate !== path && paths.has(candidate));
  return other === undefined ? '' : link(path, other, other === test ? 'its test' : 'what it tests');
}

function shell(path: string, content: string, other: string): string {
  const home = posix.relative(posix.dirname(listAddress(path)), '.');
  const parts = path.split('/');
  const crumbs = parts.map((part, i) => {
    const isLast = i === parts.length - 1;
    return isLast ? `<b>${escaped(part)}</b>` : link(path, parts.slice(0, i + 1).join('/'), part);
  });
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(path)} | internvl</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${home}/source/source.css">
<script src="${home}/source/source.js"></script>
</head>
<body>
<nav><a href="${home}/index.html">internvl</a> / ${crumbs.join(' / ')} ${other}</nav>
<main>${content}</main>
</body>
</html>
`;
}

function link(from: string, to: string, text: string): string {
  return `<a href="${between(from, to)}">${escaped(text)}</a>`;
}

const between = (from: string, to: string): string =>
  posix.relative(posix.dirname(listAddress(from)), listAddress(to));

/** As `addressOf`, but a folder is always its list, also where a README speaks of it. */
function listAddress(path: string): string {
  const address = addressOf(path);
  if (path.endsWith('.ipynb')) return address.replace(/\.md$/, '.html');
  return address.endsWith('.md') ? posix.join('source', path, 'index.html') : address;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
