/** The project's pages, and what they point at. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { githubAnchor } from '../../docs/.vitepress/github-anchor.js';
import { pathsBelow, root } from './source-files.js';

export interface Page {
  /** Path from the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** README, CONTRIBUTING, every page of the documentation and every card of weights; not what the site is made of. */
export function pages(): Page[] {
  const made = /^docs\/(api|notebooks|\.vitepress)\//;
  const paths = pathsBelow(['docs', 'weights'], '.md').filter((path) => !made.test(path));
  return ['README.md', 'CONTRIBUTING.md', ...paths].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** Links to files, and paths in code, that lead nowhere: as `page: target`. */
export function deadEnds(page: Page): string[] {
  const links = [...prose(page.text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const local = links.filter((target) => !/^[a-z]+:/.test(target));
  const dead = local.filter((target) => !leadsSomewhere(page, target));
  const code = [...page.text.matchAll(/`((?:src|test|docs|notebooks|\.ci)\/[^`\s]*)`/g)].map(
    ([, path = '']) => path,
  );
  const missing = code.filter((path) => !/[*{}<>…$]/.test(path) && !existsSync(join(root, path)));
  return [...dead, ...missing].map((target) => `${page.path}: ${target}`);
}

/** The code of all fenced blocks of a language. */
export function blocks(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

/** The rows of the table below `heading`, cells trimmed, without its head. */
export function tableBelow(text: string, heading: string): string[][] {
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The target of the first link in a piece of Markdown, from the root of the repository. */
export function linkOf(cell: string, page: string): string | undefined {
  const [, target] = /\]\(([^)#\s]+)/.exec(cell) ?? [];
  return target === undefined ? undefined : posix.join(posix.dirname(page), target);
}

function leadsSomewhere(page: Page, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const path = file === '' ? page.path : posix.join(posix.dirname(page.path), decodeURIComponent(file));
  if (file !== '' && !existsSync(join(root, path))) return false;
  if (anchor === undefined || !path.endsWith('.md')) return true;
  const text = file === '' ? page.text : readFileSync(join(root, path), 'utf8');
  return anchorsOf(text).includes(anchor);
}

function anchorsOf(text: string): string[] {
  const headings = [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return headings.map(githubAnchor);
}

/** The text without fenced code. */
export function prose(text: string): string {
  return text.replace(/^```.*?^```$/gms, '');
}
