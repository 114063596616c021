/** The TypeScript files of the project, parsed, for tests about the code itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** The root of the repository. */
export const root = join(import.meta.dirname, '../..');

export interface SourceFile {
  /** Path from the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
}

/** All files below `folders` whose name ends in `ending`, by path. */
export function pathsBelow(folders: readonly string[], ending: string): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
        .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
    )
    .sort();
}

/** The TypeScript files below `folders`. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return pathsBelow(folders, '.ts').map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

export function parseSource(path: string, text: string): SourceFile {
  return { path, text, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
}

/** Every node of the file, parents first. */
export function* nodesOf({ tree }: SourceFile): Generator<ts.Node> {
  const open: ts.Node[] = [tree];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node;
    open.push(...[...node.getChildren()].reverse());
  }
}

/** What the file imports or exports from, dynamic imports included. */
export function importsOf(file: SourceFile): string[] {
  const found: string[] = [];
  for (const node of nodesOf(file)) {
    const from =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined;
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const specifier = isDynamic ? node.arguments[0] : from;
    if (specifier && ts.isStringLiteral(specifier)) found.push(specifier.text);
  }
  return found;
}

/** `path:line` of a node, for messages. */
export function placeOf(file: SourceFile, node: ts.Node): string {
  return `${file.path}:${lineOf(file, node.getStart())}`;
}

/** 1-based. */
export function lineOf({ tree }: SourceFile, position: number): number {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}
