import ts from 'typescript';
import { expect, test } from 'vitest';

import { lineOf, nodesOf, parseSource, placeOf, type SourceFile, sourceFiles } from './source-files.js';

/** Kernels are AssemblyScript: decorators inline, and the arguments of an innermost loop are many. */
const isKernel = ({ path }: SourceFile) => path.startsWith('src/simd/assembly/');

const written = sourceFiles('src').filter(({ path }) => path !== 'src/simd/assembly/tiles.ts'); // that one is made
const source = written.filter((file) => !isKernel(file));
const site = sourceFiles('docs/.vitepress');
const all = [...written, ...site, ...sourceFiles('test')];

const maxFileLines = 200;
const maxFunctionLines = 40;
const maxParameters = 5;
const brokenColumns = 110; // where the formatter breaks code; it breaks neither comments nor strings
const maxColumns = 120;

/** Functions that are too long or take too much, as `path:line problem`. */
function oversizedFunctions(file: SourceFile): string[] {
  const problems: string[] = [];
  for (const node of nodesOf(file)) {
    if (!ts.isFunctionLike(node) || !('body' in node) || node.body === undefined) continue;
    const lines = lineOf(file, node.getEnd()) - lineOf(file, node.getStart()) + 1;
    if (lines > maxFunctionLines) problems.push(`${placeOf(file, node)}: ${lines} lines`);
    if (node.parameters.length > maxParameters) {
      problems.push(`${placeOf(file, node)}: ${node.parameters.length} parameters`);
    }
  }
  return problems;
}

/** Constructs that the project does without, as `path:line what`. */
function unwanted(file: SourceFile): string[] {
  const kinds = new Map<ts.SyntaxKind, string>([
    [ts.SyntaxKind.AnyKeyword, 'any'],
    [ts.SyntaxKind.NonNullExpression, 'non-null assertion'],
    [ts.SyntaxKind.EnumDeclaration, 'enum'],
    [ts.SyntaxKind.ModuleDeclaration, 'namespace'],
    [ts.SyntaxKind.Decorator, 'decorator'],
    [ts.SyntaxKind.DefaultKeyword, 'default export'],
  ]);
  const problems: string[] = [];
  for (const node of nodesOf(file)) {
    const what = kinds.get(node.kind);
    const isSwitchDefault = node.kind === ts.SyntaxKind.DefaultKeyword && ts.isDefaultClause(node.parent);
    const isAugmentation = ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name);
    if (what && !isSwitchDefault && !isAugmentation) problems.push(`${placeOf(file, node)}: ${what}`);
  }
  return problems;
}

function longLines(file: SourceFile): string[] {
  const texts = [...nodesOf(file)].filter(
    (node) => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node),
  );
  let start = 0;
  return file.text.split('\n').flatMap((line, i) => {
    const [from, to] = [start + brokenColumns, start + line.length];
    const isInText = texts.some((node) => node.getStart() < to && from < node.getEnd());
    start = to + 1;
    return [...line].length > maxColumns && !isInText ? [`${file.path}:${i + 1}`] : [];
  });
}

function reExports(file: SourceFile): string[] {
  return [...nodesOf(file)]
    .filter((node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined)
    .map((node) => placeOf(file, node));
}

test('files have at most 200 lines, the source and its tests alike', () => {
  const lines = ({ text }: SourceFile) => text.trimEnd().split('\n').length;
  const large = all
    .filter((file) => lines(file) > maxFileLines)
    .map((file) => `${file.path}: ${lines(file)}`);
  expect(large).toEqual([]);
});

test('functions have at most 40 lines and 5 parameters', () => {
  expect([...source, ...site].flatMap(oversizedFunctions)).toEqual([]);
  const body = 'x();\n'.repeat(40);
  expect(oversizedFunctions(parseSource('a.ts', `function f() {\n${body}}`))).toEqual(['a.ts:1: 42 lines']);
  expect(oversizedFunctions(parseSource('a.ts', 'const f = (a, b, c, d, e, f) => 1;'))).toEqual([
    'a.ts:1: 6 parameters',
  ]);
});

test('no any, no non-null assertion, no enum, namespace, decorator or default export', () => {
  expect(source.flatMap(unwanted)).toEqual([]);
  const bad = [
    'let a: any;',
    'a!.b;',
    'enum E { A }',
    'namespace N {}',
    'export default 1;',
    '@d class C {}',
  ];
  for (const text of bad) expect(unwanted(parseSource('a.ts', text))).toHaveLength(1);
  for (const text of ['switch (a) { default: b(); }', 'declare module "vitest" {}', 'a !== b;']) {
    expect(unwanted(parseSource('a.ts', text))).toEqual([]);
  }
});

test('only src/index.ts re-exports', () => {
  expect(source.filter(({ path }) => path !== 'src/index.ts').flatMap(reExports)).toEqual([]);
  expect(reExports(parseSource('a.ts', "export * from './b.js';"))).toEqual(['a.ts:1']);
});

test('every source file begins by saying what it is', () => {
  expect(
    written
      .filter(({ text }) => !/^(#!.*\n)?\/\*\* ?\S|^(#!.*\n)?\/\*\*\n \* \S/.test(text))
      .map(({ path }) => path),
  ).toEqual([]);
});

test('names are kebab-case and say something', () => {
  const named = all.filter(({ path }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    return !/^[a-z0-9]+(-[a-z0-9]+)*(\.(node|browser|worker|test|bench|config))?\.ts$/.test(name);
  });
  const vague = all.filter(({ path }) => /\/(utils?|helpers?|common|misc|types)\.ts$/.test(path));
  expect([...named, ...vague].map(({ path }) => path)).toEqual([]);
});

test('no line is longer than 120 columns, unless a text makes it so', () => {
  expect(written.flatMap(longLines)).toEqual([]);
  const word = 'x'.repeat(130);
  expect(longLines(parseSource('a.ts', `f();\n// ${word}`))).toEqual(['a.ts:2']);
  expect(longLines(parseSource('a.ts', `f('${word}');`))).toEqual([]);
});

test('only the command line writes to the console', () => {
  const quiet = source.filter(({ path }) => !path.startsWith('src/cli/'));
  const loud = quiet.flatMap((file) =>
    [...nodesOf(file)]
      .filter((node) => ts.isIdentifier(node) && node.text === 'console')
      .map((node) => placeOf(file, node)),
  );
  expect(loud).toEqual([]);
});
