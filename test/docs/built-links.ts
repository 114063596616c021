/** The links of the built site. */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { pathsIn } from './paths-in.js';

interface BuiltPage {
  readonly ids: ReadonlySet<string>;
  readonly links: readonly string[];
}

/** The links of all pages of a folder to what is not there, files and anchors alike, as `page: link`. */
export function deadLinks(folder: string): string[] {
  const files = new Set(pathsIn(folder));
  const html = [...files].filter((path) => path.endsWith('.html') && path !== '404.html');
  const pages = new Map(html.map((path) => [path, readPage(join(folder, path))]));
  const isDead = (from: string, link: string): boolean => {
    const { pathname, hash } = new URL(link, `http://site/${from}`);
    const path = posix.join('.', decodeURIComponent(pathname.slice(1)));
    const file = [path, posix.join(path, 'index.html')].find((candidate) => files.has(candidate));
    if (file === undefined) return true;
    return hash !== '' && pages.has(file) && !pages.get(file)?.ids.has(decodeURIComponent(hash.slice(1)));
  };
  return [...pages].flatMap(([path, { links }]) =>
    links.filter((link) => isDead(path, link)).map((link) => `${path}: ${link}`),
  );
}

function readPage(path: string): BuiltPage {
  const text = readFileSync(path, 'utf8');
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
  const links = [...text.matchAll(/<(?:a|img|script|link)\b[^>]*? (?:href|src)="([^"]+)"/g)].map(
    ([, link = '']) => link,
  );
  const local = links.filter((link) => !/^(https?|data|mailto):/.test(link));
  return { ids: new Set(ids), links: [...new Set(local.map((link) => link.replaceAll('&amp;', '&')))] };
}
