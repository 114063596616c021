/** The TypeScript of a cell as a script that can be evaluated: no types, no import statements. */
import ts from 'typescript';

/**
 * Types are stripped (nothing is checked), and `import { a as b } from 'x'` becomes
 * `const { a: b } = await importFrom('x')`: import statements exist in modules only, and a cell that shares its
 * names with the next is a script.
 *
 * @throws SyntaxError with the line, for code that cannot be parsed.
 */
export function scriptOf(code: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      moduleDetection: ts.ModuleDetectionKind.Force,
      verbatimModuleSyntax: true, // what one cell imports another uses
    },
  });
  const [problem] = diagnostics;
  if (problem) {
    const line = problem.file?.getLineAndCharacterOfPosition(problem.start ?? 0).line ?? 0;
    throw new SyntaxError(`line ${line + 1}: ${ts.flattenDiagnosticMessageText(problem.messageText, ' ')}`);
  }
  const tree = ts.createSourceFile('cell.js', outputText, ts.ScriptTarget.ES2023, true);
  return tree.statements.map(withoutImport).join('\n');
}

function withoutImport(statement: ts.Statement): string {
  if (ts.isExportDeclaration(statement)) return ''; // `export {}`, the mark of a module
  if (!ts.isImportDeclaration(statement)) return statement.getFullText();
  const module = `await importFrom(${statement.moduleSpecifier.getText()})`;
  const { importClause: clause } = statement;
  if (!clause) return `${module};`;
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) return `const ${bindings.name.text} = ${module};`;
  const names = (bindings?.elements ?? []).map(({ name, propertyName }) =>
    propertyName ? `${propertyName.text}: ${name.text}` : name.text,
  );
  if (clause.name) names.unshift(`default: ${clause.name.text}`);
  return `const { ${names.join(', ')} } = ${module};`;
}
