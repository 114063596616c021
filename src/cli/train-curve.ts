/** `internvl train curve`, and `--plot` of a run: the losses that logs tell of. */
import { basename } from 'node:path';

import { lossCurve, lossCurves } from '../train/loss-curve.js';
import { lossLines } from '../train/loss-lines.js';
import { readRecords } from '../train/train-log.js';
import { plotFile, writeDrawing } from './drawing-file.js';
import { usageError } from './exit-code.js';
import { checkFiles } from './files.js';
import type { Terminal } from './terminal.js';

/** What is to be drawn, and where. */
interface CurveRequest {
  readonly plot: string | undefined;
  readonly show: boolean;
}

/** Options that say something to `curve`; the others are for a training. */
const OPTIONS = ['plot', 'show', 'json', 'quiet', 'no-progress'];

/** @throws a usage error with nothing to draw, nowhere to draw it, or an option that is for a training. */
export async function curveCommand(
  terminal: Terminal,
  logs: readonly string[],
  values: Readonly<Record<string, unknown>> & CurveRequest & { readonly json: boolean },
): Promise<void> {
  const isGiven = (value: unknown): boolean => value !== undefined && value !== false;
  const other = Object.keys(values).find((name) => isGiven(values[name]) && !OPTIONS.includes(name));
  if (other !== undefined)
    throw usageError(`curve trains nothing: expected --plot or --show, got --${other}`);
  const plot = await plotFile({ plot: values.plot });
  if (plot === undefined && !values.show) throw usageError('curve expects --plot FILE or --show');
  if (logs.length === 0) throw usageError('expected the log of a run, e.g. runs/stage1/stage-1.jsonl');
  await checkFiles(logs);
  await drawCurve(terminal, logs, { plot, show: values.show });
  if (values.json) return terminal.printJson({ plot: plot ?? null });
  if (plot !== undefined) await terminal.print(`${plot}\n`);
}

/** Draws the curve of one log with all its values, or the means of several. */
export async function drawCurve(
  terminal: Terminal,
  logs: readonly string[],
  { plot, show }: CurveRequest,
): Promise<void> {
  if (plot === undefined && !show) return;
  const runs = [];
  for (const path of logs) runs.push({ name: path, records: await readRecords(path) });
  const [only, ...others] = runs;
  const drawing =
    only && others.length === 0 ? lossCurve(only.records, basename(only.name)) : lossCurves(runs);
  if (plot !== undefined) await writeDrawing(terminal, plot, drawing);
  if (!show) return;
  for (const { name, records } of runs) terminal.show([name, ...lossLines(records, terminal.size.columns)]);
}
