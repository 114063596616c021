/** The sidebar: the tables of docs/README.md, group by group, with the titles of the pages. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

import { readNotebook, sourceOf } from '../../test/notebooks/notebook.js';
import { addressOf, notebooks, root } from './repository.js';

export interface Entry {
  readonly text: string;
  readonly link?: string;
  readonly collapsed?: boolean;
  readonly items?: Entry[];
}

/** The groups of `docs/README.md`: its second-level headings, and the first link of each row below them. */
export function readingOrder(): Entry[] {
  const [, ...sections] = read('docs/README.md').split(/^## /m);
  return sections.map((section) => {
    const [text = ''] = section.split('\n', 1);
    const rows = [...section.matchAll(/^\| \[[^\]]*\]\(([^)#]+)\)/gm)];
    return { text, items: rows.map(([, target = '']) => entryOf(posix.join('docs', target))) };
  });
}

function entryOf(file: string): Entry {
  const items = file === 'docs/notebooks.md' ? notebookEntries() : file === 'docs/api.md' ? apiEntries() : [];
  const entry = { text: headingOf(read(file)), link: `/${addressOf(file)}` };
  return items.length === 0 ? entry : { ...entry, items, collapsed: true };
}

function notebookEntries(): Entry[] {
  return notebooks().map((path) => {
    const [first] = readNotebook(join(root, path)).cells;
    return { text: first ? headingOf(sourceOf(first)) : path, link: `/${addressOf(path)}` };
  });
}

/** What TypeDoc lists, where it has run. */
function apiEntries(): Entry[] {
  const list = 'docs/api/typedoc-sidebar.json';
  return existsSync(join(root, list)) ? JSON.parse(read(list)) : [];
}

/** The first heading of a page. */
const headingOf = (text: string): string => /^# (.+)$/m.exec(text)?.[1] ?? '';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
