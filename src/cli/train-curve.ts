/** `internvl train curve`, and `--plot` of a run: the losses that logs tell of. */
import { basename } from 'node:path';

import { lossCurve, lossCurves } from '../train/loss-curve.js';
import { readRecords } from '../train/train-log.js';
import type { Drawing } from '../visual/drawing.js';
import { plotFile, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import { checkFiles } from './files.js';
import type { Terminal } from './terminal.js';

/** Options that say something to `curve`; the others are for a training. */
const OPTIONS = ['plot', 'json', 'quiet', 'no-progress'];

/** @throws a usage error without a file to draw in, or with an option that is for a training. */
export async function drawCurve(
  terminal: Terminal,
  logs: readonly string[],
  values: Readonly<Record<string, unknown>> & { readonly plot?: string | undefined; readonly json: boolean },
): Promise<void> {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== false;
  const other = Object.keys(values).find((name) => isGiven(values[name]) && !OPTIONS.includes(name));
  if (other !== undefined) throw usageError(`curve trains nothing: expected --plot FILE, got --${other}`);
  const plot = await plotFile({ plot: values.plot });
  if (plot === undefined) throw usageError('curve expects --plot FILE');
  await writeDrawing(terminal, plot, await curveOfLogs(logs));
  if (values.json) return terminal.printJson({ plot });
  await terminal.print(`${plot}\n`);
}

/**
 * The curve of one log with all its values, or the means of several.
 *
 * @throws Error when a log is missing or is none.
 */
export async function curveOfLogs(paths: readonly string[]): Promise<Drawing> {
  if (paths.length === 0) throw usageError('expected the log of a run, e.g. runs/stage1/stage-1.jsonl');
  await checkFiles(paths);
  const runs = [];
  for (const path of paths) runs.push({ name: path, records: await readRecords(path) });
  const [only, ...others] = runs;
  return only && others.length === 0 ? lossCurve(only.records, basename(only.name)) : lossCurves(runs);
}
