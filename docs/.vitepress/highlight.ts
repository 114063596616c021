/** TypeScript, JavaScript and JSON as HTML: coloured by the parser's tokens, names linked to where they are declared. */
import ts from 'typescript';

/** The address of a declaration: of `name` in the module of a relative specifier, or in the file itself. */
export type AddressOf = (name: string | undefined, specifier?: string) => string | undefined;

interface Piece {
  readonly text: string;
  readonly kind?: string | undefined;
  readonly address?: string | undefined;
}

/** One `<span class="line" id="L…">` a line. */
export function highlighted(tree: ts.SourceFile, addressOf: AddressOf): string {
  const names = importedNames(tree);
  const pieces: Piece[] = [];
  let end = 0;
  for (const leaf of leavesOf(tree, tree)) {
    pieces.push(...trivia(tree.text.slice(end, leaf.getStart(tree))));
    end = leaf.getEnd();
    const text = tree.text.slice(leaf.getStart(tree), end);
    pieces.push({ text, kind: kindOf(leaf), address: addressAt(leaf, names, addressOf) });
  }
  return inLines([...pieces, ...trivia(tree.text.slice(end))]);
}

/** Text that is no language, in lines. */
export const plain = (text: string): string => inLines([{ text }]);

/** The names that a file declares at its top, with their lines, counted from 1. */
export function declarationsOf(tree: ts.SourceFile): Map<string, number> {
  const lines = new Map<string, number>();
  for (const statement of tree.statements) {
    const named = ts.isVariableStatement(statement)
      ? [...statement.declarationList.declarations]
      : [statement];
    for (const node of named) {
      const name = 'name' in node ? (node.name as ts.Node | undefined) : undefined; // imports and calls have none
      if (name && ts.isIdentifier(name)) {
        lines.set(name.text, tree.getLineAndCharacterOfPosition(name.getStart(tree)).line + 1);
      }
    }
  }
  return lines;
}

/** Name here → its name there, and the module. */
function importedNames(tree: ts.SourceFile): Map<string, readonly [name: string, specifier: string]> {
  const names = new Map<string, readonly [string, string]>();
  for (const statement of tree.statements) {
    const isImport = ts.isImportDeclaration(statement);
    if (!isImport && !ts.isExportDeclaration(statement)) continue;
    const { moduleSpecifier: from } = statement;
    const bindings = isImport ? statement.importClause?.namedBindings : statement.exportClause;
    if (
      from === undefined ||
      !ts.isStringLiteral(from) ||
      bindings === undefined ||
      !('elements' in bindings)
    )
      continue;
    for (const { name, propertyName } of bindings.elements) {
      names.set(name.text, [(propertyName ?? name).text, from.text]);
    }
  }
  return names;
}

function* leavesOf(node: ts.Node, tree: ts.SourceFile): Generator<ts.Node> {
  if (ts.isJSDoc(node)) return; // comments are what lies between
  const children = node.getChildren(tree);
  if (children.length === 0) yield node;
  for (const child of children) yield* leavesOf(child, tree);
}

function addressAt(
  leaf: ts.Node,
  names: ReturnType<typeof importedNames>,
  addressOf: AddressOf,
): string | undefined {
  if (ts.isStringLiteral(leaf))
    return leaf.text.startsWith('.') ? addressOf(undefined, leaf.text) : undefined;
  if (!ts.isIdentifier(leaf) || isMember(leaf)) return undefined;
  const [name, specifier] = names.get(leaf.text) ?? [leaf.text, undefined];
  return addressOf(name, specifier);
}

/** Whether it is the name of a property, which may be called as something else is. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent) || !('name' in parent)) return false;
  return parent.name === node && !ts.isImportSpecifier(parent) && !ts.isExportSpecifier(parent);
}

function kindOf(leaf: ts.Node): string | undefined {
  const { kind } = leaf;
  if (kind >= ts.SyntaxKind.FirstKeyword && kind <= ts.SyntaxKind.LastKeyword) return 'keyword';
  if (kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.LastTemplateToken) return 'string';
  if (kind === ts.SyntaxKind.StringLiteral || kind === ts.SyntaxKind.RegularExpressionLiteral)
    return 'string';
  if (kind === ts.SyntaxKind.NumericLiteral || kind === ts.SyntaxKind.BigIntLiteral) return 'number';
  return ts.isIdentifier(leaf) && /^[A-Z]\w*[a-z]/.test(leaf.text) ? 'type' : undefined;
}

/** What lies between two tokens: comments and space. */
function trivia(text: string): Piece[] {
  const parts = text.split(/(\/\/.*|\/\*[\s\S]*?\*\/|^#!.*)/);
  return parts.map((part, i) => ({ text: part, kind: i % 2 === 1 ? 'comment' : undefined }));
}

function inLines(pieces: readonly Piece[]): string {
  const html = pieces.map(({ text, kind, address }) => {
    const tags = text.split('\n').map((part) => tagged(escaped(part), kind, address));
    return tags.join('\n');
  });
  const lines = html.join('').replace(/\n$/, '').split('\n');
  return lines.map((line, i) => `<span class="line" id="L${i + 1}">${line}</span>`).join('\n');
}

function tagged(html: string, kind: string | undefined, address: string | undefined): string {
  if (html === '') return '';
  const link = address === undefined ? html : `<a href="${address}">${html}</a>`;
  return kind === undefined ? link : `<span class="${kind}">${link}</span>`;
}

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
