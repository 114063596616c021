/** A Jupyter notebook as a file: nbformat 4.5, read with its form checked. */
import { readFileSync } from 'node:fs';

/** Mime type → text; pictures other than SVG in base64. */
export type MimeBundle = Readonly<Record<string, string>>;

export type Output =
  | { readonly output_type: 'stream'; readonly name: 'stdout'; readonly text: string }
  | { readonly output_type: 'display_data'; readonly data: MimeBundle; readonly metadata: object }
  | {
      readonly output_type: 'execute_result';
      readonly data: MimeBundle;
      readonly metadata: object;
      readonly execution_count: number;
    };

export interface TextCell {
  readonly cell_type: 'markdown';
  readonly id: string;
  readonly metadata: object;
  readonly source: string | readonly string[];
}

export interface CodeCell extends Omit<TextCell, 'cell_type'> {
  readonly cell_type: 'code';
  readonly execution_count: number | null;
  readonly outputs: readonly Output[];
}

export interface Notebook {
  readonly cells: readonly (TextCell | CodeCell)[];
  readonly metadata: { readonly kernelspec: { readonly name: string } };
  readonly nbformat: 4;
  readonly nbformat_minor: number;
}

/** @throws Error naming the file, when it is not a notebook of this format. */
export function readNotebook(path: string): Notebook {
  const notebook = JSON.parse(readFileSync(path, 'utf8')) as Notebook; // checked below
  const { nbformat, nbformat_minor: minor, cells, metadata } = notebook;
  if (nbformat !== 4 || !(minor >= 5) || !Array.isArray(cells)) {
    throw new Error(`${path}: expected nbformat 4.5, got ${nbformat}.${minor}`);
  }
  if (metadata?.kernelspec?.name !== 'deno') {
    throw new Error(`${path}: expected the kernel deno, got ${metadata?.kernelspec?.name}`);
  }
  const ids = new Set(cells.map((cell) => cell.id));
  if (ids.size !== cells.length || ids.has(undefined)) throw new Error(`${path}: expected an id a cell`);
  const strange = cells.find(({ cell_type: type }) => type !== 'code' && type !== 'markdown');
  if (strange) throw new Error(`${path}: expected cells of code or markdown, got ${strange.cell_type}`);
  return notebook;
}

/** What stands in the cell; a file may hold it as one string or as lines. */
export function sourceOf({ source }: TextCell | CodeCell): string {
  return typeof source === 'string' ? source : source.join('');
}
