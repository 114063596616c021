/** What lies below `/source/` on the site: the repository's files, each on a page of its own, and lists of its folders. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, extname, join, posix, relative } from 'node:path';

import { addressOf, root } from './repository.js';
import { filePage, folderPage } from './source-page.js';
import { script, style } from './source-style.js';

const tops = ['src', 'test', '.ci', 'docs', 'notebooks', 'weights'];
const loose = ['LICENSE', 'package.json', 'tsconfig.json', 'biome.json'];
const left = /^test\/fixtures|^docs\/(api|notebooks)\/|\.vitepress\/(\.temp|cache|dist)\/|^src\/simd\/wasm/; // data, and what is made
const shown = /\.(m?ts|mjs|js|json|css|svg|png|ipynb)$|^LICENSE$|^\.ci\/run$/;

export const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ipynb': 'application/x-ipynb+json',
};

/** The files and folders that are shown, from the root of the repository. */
export function shownPaths(): string[] {
  const entries = tops.flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, withFileTypes: true }),
  );
  const paths = entries.map((entry) => ({ entry, path: relative(root, join(entry.parentPath, entry.name)) }));
  const files = paths.filter(({ entry, path }) => entry.isFile() && shown.test(path) && !left.test(path));
  const all = [...loose, ...files.map(({ path }) => path)].sort();
  const folders = new Set(all.flatMap(foldersOf));
  return [...all, ...folders];
}

/** All files below `/source/`: address → content, highlighted as it is asked for. */
export function sourceSite(): Map<string, () => string | Uint8Array> {
  const paths = new Set(shownPaths());
  const site = new Map<string, () => string | Uint8Array>();
  for (const path of paths) {
    const isFolder = statSync(join(root, path)).isDirectory();
    const bytes = () => readFileSync(join(root, path));
    if (isFolder) site.set(posix.join('source', path, 'index.html'), () => folderPage(path, paths));
    else if (path.endsWith('.ipynb')) site.set(`source/${path}`, bytes);
    else site.set(addressOf(path), addressOf(path).endsWith('.html') ? () => filePage(path, paths) : bytes);
  }
  site.set('source/source.css', () => style);
  site.set('source/source.js', () => script);
  return site;
}

/** For the development server: pages are made as they are visited. */
export function serveSources({ middlewares }: { readonly middlewares: Middlewares }): void {
  middlewares.use(({ url = '/' }, response, next) => {
    const address = url.slice(1).replace(/[?#].*/, '');
    const page = address.startsWith('source/') ? sourceSite().get(address) : undefined;
    if (page === undefined) return next();
    response.setHeader('Content-Type', mediaTypes[extname(address)] ?? 'text/plain');
    response.end(page());
  });
}

interface Middlewares {
  use(
    handler: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void,
  ): void;
}

/** For the built site. */
export function writeSources(folder: string): void {
  for (const [address, content] of sourceSite()) {
    const path = join(folder, address);
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content());
  }
}

/** `a/b/c.ts` lies in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
}
