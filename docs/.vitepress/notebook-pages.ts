/** `docs/notebooks`: each notebook run, and made a page with its outputs. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  type CodeCell,
  type Notebook,
  type Output,
  readNotebook,
  sourceOf,
} from '../../test/notebooks/notebook.js';
import { contentHash } from './content-hash.js';
import { notebooks, root } from './repository.js';

/** What an output may depend on, besides the notebook. */
const inputs = ['src', 'weights/internvl-nano', 'docs/pictures', 'test/notebooks', 'package-lock.json'];
const cache = join(root, '.cache/notebooks');
const folder = join(root, 'docs/notebooks');

/**
 * Writes all pages; runs first what has not been run with these contents before, or shows it without outputs.
 *
 * @throws Error with what a notebook says, when one of its cells throws.
 */
export function writeNotebookPages({ run }: { readonly run: boolean }): void {
  const used = contentHash(inputs);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  mkdirSync(folder, { recursive: true });
  const kept: string[] = [];
  for (const path of notebooks()) {
    const name = basename(path, '.ipynb');
    const copy = join(cache, `${name}.${contentHash([path])}.${used}.ipynb`);
    if (run && !existsSync(copy)) runNotebook(path, copy);
    kept.push(basename(copy));
    const { markdown, pictures } = notebookPage(
      name,
      readNotebook(existsSync(copy) ? copy : join(root, path)),
    );
    writeFileSync(join(folder, `${name}.md`), markdown);
    for (const [file, data] of pictures) writeFileSync(join(folder, file), data);
  }
  const old = readdirSync(cache).filter((name) => !kept.includes(name));
  for (const name of old) rmSync(join(cache, name)); // outputs of other contents
}

function runNotebook(path: string, copy: string): void {
  process.stderr.write(`running ${path}\n`);
  const command = ['--import', 'tsx', 'test/notebooks/run.ts', path, copy];
  execFileSync(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A notebook as Markdown, and the pictures that it shows: name of the file → SVG or the bytes of a PNG. */
export function notebookPage(name: string, { cells }: Pick<Notebook, 'cells'>) {
  const pictures = new Map<string, string | Uint8Array>();
  const picture = (data: string | Uint8Array, ending: string): string => {
    const file = `${name}-${pictures.size + 1}.${ending}`;
    pictures.set(file, data);
    return `<img class="output" src="./${file}" alt="${altOf(data, pictures.size)}">`;
  };
  const [first = '', ...rest] = cells.map((cell) =>
    cell.cell_type === 'markdown' ? sourceOf(cell) : codePart(cell, picture),
  );
  const markdown = ['---\naside: false\n---', first, origin(name), ...rest].join('\n\n');
  return { markdown: `${markdown}\n`, pictures };
}

const origin = (name: string): string => `<p class="origin">This is
<a href="../source/notebooks/${name}.ipynb" target="_self" download>notebooks/${name}.ipynb</a> with the outputs of a run:
<a href="../notebooks.html">how to run it yourself</a>.</p>`;

type Picture = (data: string | Uint8Array, ending: string) => string;

function codePart(cell: CodeCell, picture: Picture): string {
  const outputs = joined(cell.outputs).map((output) => outputPart(output, picture));
  return [codeOf(cell), ...outputs].join('\n\n');
}

/** The source; folded where the notebook folds it. */
function codeOf(cell: CodeCell): string {
  const code = fenced(sourceOf(cell), 'ts');
  const isHidden = /"source_hidden":\s*true/.test(JSON.stringify(cell.metadata));
  return isHidden ? `<details><summary>Code</summary>\n\n${code}\n\n</details>` : code;
}

/** What is printed line by line is one text. */
function joined(outputs: readonly Output[]): Output[] {
  const all: Output[] = [];
  for (const output of outputs) {
    const last = all.at(-1);
    if (last?.output_type === 'stream' && output.output_type === 'stream') {
      all[all.length - 1] = { ...last, text: last.text + output.text };
    } else all.push(output);
  }
  return all;
}

/** @throws Error naming the kinds, when none of them can be shown. */
function outputPart(output: Output, picture: Picture): string {
  if (output.output_type === 'stream') return textPart(output.text);
  const { 'image/svg+xml': svg, 'image/png': png, 'text/plain': text } = output.data;
  if (svg !== undefined) return picture(svg, 'svg');
  if (png !== undefined) return picture(Buffer.from(png, 'base64'), 'png');
  if (text !== undefined) return textPart(text);
  throw new Error(`expected an output of text, SVG or PNG, got ${Object.keys(output.data).join(', ')}`);
}

const textPart = (text: string): string =>
  `<div class="output">\n\n${fenced(text.trimEnd(), 'text')}\n\n</div>`;

/** Fences longer than any in the text. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** The title of an SVG, or the number of the picture. */
function altOf(data: string | Uint8Array, count: number): string {
  const title = typeof data === 'string' ? /<title>([^<]*)<\/title>/.exec(data)?.[1] : undefined;
  return (title ?? `picture ${count}, drawn by the code above`).replaceAll('"', '&quot;');
}
