/** The cells of notebooks, seen by TypeScript: what `tsc` is to the files of `src`. */
import { join, relative } from 'node:path';
import ts from 'typescript';

import { root } from '../architecture/source-files.js';
import { type CodeCell, type Notebook, sourceOf } from './notebook.js';

/**
 * Cells hand tensors and rows of numbers around without types of their own, so parameters need none and a row has a
 * number at every place. What is there must fit together, and every import must be used.
 */
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: false,
  noUnusedLocals: true,
  skipLibCheck: true,
  noEmit: true,
};

/** What the runner, or Deno's kernel, gives to cells. */
const GIVEN = `export {};
declare global {
  var display: (bundle: Readonly<Record<string, string>>) => unknown;
  const Deno: { readonly jupyter: { display(bundle: object, options: { raw: boolean }): unknown } };
}
`;

/**
 * What is wrong with the cells of the notebooks, by path: `path: cell 3 (id), line 2: …`, the cell counted among all.
 */
export function typeErrors(notebooks: ReadonlyMap<string, Notebook>): string[] {
  const given = join(root, 'notebooks/given.d.ts');
  const modules = new Map([...notebooks].map(([path, notebook]) => [`${path}.ts`, moduleOf(notebook)]));
  const texts = new Map([[given, GIVEN], ...[...modules].map(([path, { text }]) => [path, text] as const)]);
  const program = ts.createProgram([...texts.keys()], OPTIONS, hostWith(texts));
  const broken = program.getGlobalDiagnostics().concat(program.getOptionsDiagnostics());
  const found = [...modules].flatMap(([path, module]) => {
    const file = program.getSourceFile(path);
    const problems = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return problems.map((problem) => inWords(path, module, problem));
  });
  return [...broken.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')), ...found];
}

/** Where a line of the module stands in the notebook. */
interface Place {
  readonly cell: string;
  readonly line: number;
}

interface Module {
  readonly text: string;
  /** One for each line. */
  readonly places: readonly (Place | undefined)[];
}

/**
 * A module in which each cell is a block inside the one before: it sees the names of all before it and may declare
 * them again. Imports, which cannot stand in a block, come first.
 */
function moduleOf({ cells }: Notebook): Module {
  const lines: [text: string, place?: Place][] = [];
  const inner: [text: string, place?: Place][] = [];
  for (const [i, cell] of cells.entries()) {
    if (cell.cell_type !== 'code') continue;
    const { imports, rest } = parted(cell);
    const placed = (text: string, line: number): [string, Place] => [
      text,
      { cell: `cell ${i + 1} (${cell.id})`, line: line + 1 },
    ];
    lines.push(...imports.map(placed));
    inner.push(['{'], ...rest.map(placed));
  }
  const depth = inner.filter(([, place]) => place === undefined).length;
  const all = [...lines, ...inner, ['}'.repeat(depth)] as [string], ['export {};'] as [string]];
  return { text: all.map(([text]) => text).join('\n'), places: all.map(([, place]) => place) };
}

/** The lines of a cell twice, once its imports alone and once all else, with empty lines for what is left out. */
function parted(cell: CodeCell): { readonly imports: string[]; readonly rest: string[] } {
  const source = sourceOf(cell);
  const tree = ts.createSourceFile('cell.ts', source, ts.ScriptTarget.ES2023, true);
  const isImport = new Set<number>();
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const [from, to] = [statement.getStart(), statement.end].map((at) => lineAt(tree, at));
    for (let line = from ?? 0; line <= (to ?? 0); line++) isImport.add(line);
  }
  const lines = source.split('\n');
  return {
    imports: lines.map((line, i) => (isImport.has(i) ? line : '')),
    rest: lines.map((line, i) => (isImport.has(i) ? '' : line)),
  };
}

const lineAt = (file: ts.SourceFile, position: number): number =>
  file.getLineAndCharacterOfPosition(position).line;

function inWords(path: string, { places }: Module, { file, start = 0, messageText }: ts.Diagnostic): string {
  const place = file && places[lineAt(file, start)];
  const at = place ? `: ${place.cell}, line ${place.line}` : '';
  return `${relative(root, path.slice(0, -'.ts'.length))}${at}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

/** The files of the disk, and these. */
function hostWith(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  return {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    readFile: (path) => texts.get(path) ?? host.readFile(path),
    getSourceFile(path, options) {
      const text = texts.get(path);
      return text === undefined
        ? host.getSourceFile(path, options)
        : ts.createSourceFile(path, text, options);
    },
  };
}
