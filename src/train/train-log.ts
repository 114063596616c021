/** The log of a training run: one JSON object a line, appended after each step. Node only. */
import { appendFile, readFile } from 'node:fs/promises';

import { writeAtomically } from '../checkpoint/atomic-file.js';

/** The numbers of one step. A value that is not finite is written as null and read back as NaN. */
export type LogRecord = Readonly<Record<string, number>> & { readonly step: number };

/** Appends one line; creates the file when there is none. */
export async function appendRecord(path: string, record: LogRecord): Promise<void> {
  await appendFile(path, `${JSON.stringify(record)}\n`);
}

/**
 * All records of a log; none when there is no file. A last line without an end is what an interrupted write
 * leaves behind, and is not counted.
 *
 * @throws Error naming file and line when a line is not a record.
 */
export async function readRecords(path: string): Promise<LogRecord[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line, i) => parseRecord(line, `${path}:${i + 1}`));
}

/**
 * Prepares a log for going on at `step`: what a stopped run logged beyond its last resume point happens
 * again, so those lines are taken out. Returns how many records stay.
 */
export async function rewindLog(path: string, step: number): Promise<number> {
  const records = await readRecords(path);
  const kept = records.filter((record) => record.step < step);
  const text = kept.map((record) => `${JSON.stringify(record)}\n`).join('');
  await writeAtomically(path, [new TextEncoder().encode(text)]);
  return kept.length;
}

function parseRecord(line: string, where: string): LogRecord {
  const problem = (got: string): Error =>
    new Error(`${where}: expected an object of numbers with a step, got ${got}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    throw problem(line.slice(0, 40));
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const numbers = entries.map(([key, value]): [string, unknown] => [
    key,
    value === null ? Number.NaN : value,
  ]);
  const isRecord = numbers.every(([, value]) => typeof value === 'number');
  const record = Object.fromEntries(numbers) as LogRecord; // checked by the next line
  if (!isRecord || !Number.isInteger(record.step)) throw problem(line.slice(0, 40));
  return record;
}
