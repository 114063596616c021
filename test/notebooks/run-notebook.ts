/**
 * Runs the cells of a notebook in this process, one after the other, as a Jupyter kernel does: all see the same
 * names, `await` stands where it likes, the value of the last expression is shown.
 *
 * The debugger's protocol has a mode for exactly that (`replMode`), so nothing has to be rewritten but imports.
 */
import { type Runtime, Session } from 'node:inspector/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, inspect } from 'node:util';

import { scriptOf } from './cell-code.js';
import { type CodeCell, type MimeBundle, type Notebook, type Output, sourceOf } from './notebook.js';

/**
 * The notebook with its outputs. The working folder becomes that of `path`, and imports resolve from there;
 * cells may call `display(bundle)`.
 *
 * @throws Error `<path>: cell <number> (<id>): …` when one throws; no later one runs.
 */
export async function runNotebook(notebook: Notebook, path: string): Promise<Notebook> {
  const folder = resolve(dirname(path));
  process.chdir(folder);
  const session = new Session();
  session.connect();
  const cells: Notebook['cells'][number][] = [];
  try {
    let count = 0;
    for (const [i, cell] of notebook.cells.entries()) {
      if (cell.cell_type !== 'code') {
        cells.push(cell);
        continue;
      }
      count++;
      try {
        cells.push({ ...cell, execution_count: count, outputs: await runCell(session, cell, folder, count) });
      } catch (error) {
        throw new Error(`${path}: cell ${i + 1} (${cell.id}): ${(error as Error).message}`, { cause: error });
      }
    }
  } finally {
    session.disconnect();
  }
  return { ...notebook, cells };
}

async function runCell(session: Session, cell: CodeCell, folder: string, count: number): Promise<Output[]> {
  const outputs: Output[] = [];
  const print = (...values: unknown[]) => {
    outputs.push({ output_type: 'stream', name: 'stdout', text: `${format(...values)}\n` });
  };
  const display = (data: MimeBundle) => {
    checkBundle(data);
    outputs.push({ output_type: 'display_data', data, metadata: {} });
  };
  const importFrom = (specifier: string): Promise<unknown> =>
    import(specifier.startsWith('.') ? pathToFileURL(join(folder, specifier)).href : specifier);
  Object.assign(globalThis, { display, importFrom, inspectValue: inspect });
  const { log, info, warn, error } = console;
  Object.assign(console, { log: print, info: print, warn: print, error: print });
  try {
    const value = await evaluate(session, `${scriptOf(sourceOf(cell))}\n//# sourceURL=${cell.id}`);
    if (value !== undefined) {
      const data = { 'text/plain': value };
      outputs.push({ output_type: 'execute_result', data, metadata: {}, execution_count: count });
    }
    return outputs;
  } finally {
    Object.assign(console, { log, info, warn, error });
  }
}

/** The value of the script's last expression, as text; undefined when it has none. */
async function evaluate(session: Session, expression: string): Promise<string | undefined> {
  type Parameters = Runtime.EvaluateParameterType & { readonly replMode: boolean }; // @types/node lacks it
  const parameters: Parameters = { expression, awaitPromise: true, replMode: true };
  const { result, exceptionDetails } = await session.post('Runtime.evaluate', parameters);
  if (exceptionDetails) {
    const { exception, text } = exceptionDetails;
    throw new Error(exception ? await textOf(session, exception) : text);
  }
  return result.type === 'undefined' ? undefined : textOf(session, result);
}

/** As Node's own prompt shows it: errors with their stack. */
async function textOf(session: Session, value: Runtime.RemoteObject): Promise<string> {
  if (value.objectId === undefined) return value.unserializableValue ?? inspect(value.value);
  const { result } = await session.post('Runtime.callFunctionOn', {
    objectId: value.objectId,
    functionDeclaration: 'function () { return inspectValue(this); }',
  });
  return String(result.value);
}

function checkBundle(data: MimeBundle): void {
  const entries = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  const fits =
    entries.length > 0 && entries.every(([mime, text]) => /\//.test(mime) && typeof text === 'string');
  if (!fits) throw new TypeError(`display: expected { 'mime/type': text }, got ${inspect(data)}`);
}
