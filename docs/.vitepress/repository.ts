/** Where things lie in the repository, and at which address of the site they are found. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, which is also the root of the site's pages. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Markdown that is no page of the site. */
export const excluded = ['test/**', 'src/**', 'runs/**'];

/** The notebooks, in their order. */
export function notebooks(): string[] {
  const names = readdirSync(join(root, 'notebooks')).filter((name) => name.endsWith('.ipynb'));
  return names.sort().map((name) => `notebooks/${name}`);
}

/** The page of a Markdown file, by their paths: README and the folder `docs` lie at the top of the site. */
export function pagePath(file: string): string {
  if (file === 'README.md') return 'index.md';
  if (file === 'docs/README.md') return 'pages.md';
  return file.replace(/^docs\//, '').replace(/(^|\/)README\.md$/, '$1index.md');
}

/** The file whose relative links a Markdown file holds: a page made of a notebook has those of the notebook. */
export function originOf(file: string): string {
  return file.replace(/^docs\/notebooks\/(.*)\.md$/, 'notebooks/$1.ipynb');
}

/** Files that are served as they are; all others get a page that shows them. */
const served = /\.(png|svg)$|^weights\/.*\.json$/;

/**
 * The address of a file or folder of the repository, from the top of the site, without a leading `/`: a page's `.md`,
 * or what shows a source.
 *
 * @throws Error naming the path, when there is nothing.
 */
export function addressOf(path: string): string {
  const notebook = /^notebooks\/(.*)\.ipynb$/.exec(path)?.[1];
  if (notebook !== undefined) return `notebooks/${notebook}.md`;
  if (path.endsWith('.md')) return pagePath(path);
  const facts = statSync(join(root, path), { throwIfNoEntry: false });
  if (facts === undefined) throw new Error(`${path}: expected a file or folder of the repository, got none`);
  if (facts.isFile()) return `source/${path}${served.test(path) ? '' : '.html'}`;
  const readme = posix.join(path, 'README.md');
  return existsSync(join(root, readme)) ? pagePath(readme) : posix.join('source', path, 'index.html');
}
