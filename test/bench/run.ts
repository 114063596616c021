/** `npm run bench`: measures ours and others in turns, and writes one table. `--help` tells the options. */
import { readFileSync, writeFileSync } from 'node:fs';

import { exitCodes } from '../../src/cli/exit-code.js';
import { type BenchOptions, benchOptions, helpText, planOf } from './options.js';
import { contestsOf, partsOf } from './parts.js';
import { progressOn } from './progress.js';
import { machine } from './report/machine.js';
import { pageWith } from './report/page.js';
import { picture } from './report/picture.js';
import { digits, table } from './report/table.js';
import { jsonRow, type Row } from './row.js';
import { runContests } from './run-contests.js';

const progress = progressOn(process.stderr);

process.once('SIGINT', () => process.exit(exitCodes.interrupted)); // its end takes processes and files along

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  try {
    const options = benchOptions(argv);
    if (options.help) process.stdout.write(helpText());
    else if (options.list) process.stdout.write(await listText(options));
    else return await bench(options);
    return exitCodes.ok;
  } catch (error) {
    progress.log(error instanceof Error ? error.message : String(error));
    return exitCodes.usage;
  }
}

/** Runs the parts chosen and writes what the options ask for. Rows that failed make it a failure. */
async function bench(options: BenchOptions): Promise<number> {
  const plan = await planOf(options);
  const parts = partsOf(plan, options.only);
  if (options.markdown !== undefined) pageWith(readFileSync(options.markdown, 'utf8'), ''); // or fail at once
  if (plan.native === undefined)
    progress.log('onnxruntime-node is not installed: the rows of the native limit are left out');
  const rows = await runContests(contestsOf(parts), progress);
  process.stdout.write(
    options.json ? `${JSON.stringify({ rows: rows.map(jsonRow) }, null, 1)}\n` : table(rows),
  );
  if (options.svg !== undefined) writeFileSync(options.svg, picture(rows));
  if (options.markdown !== undefined) refresh(options.markdown, rows);
  const failed = rows.filter((row) => 'failure' in row);
  for (const row of failed) progress.log(`failed: ${sentence(row)}: ${row.failure}`);
  return failed.length > 0 ? exitCodes.failure : exitCodes.ok;
}

function refresh(page: string, rows: readonly Row[]): void {
  const day = new Date().toISOString().slice(0, 10);
  const content = `${day}, ${machine()}.\n\n${table(rows)}`;
  writeFileSync(page, pageWith(readFileSync(page, 'utf8'), content));
}

async function listText(options: BenchOptions): Promise<string> {
  const lines = partsOf(await planOf(options), options.only).flatMap(({ name, about, contests }) => [
    `${name}: ${about}`,
    ...contests.flatMap(({ rows }) => rows).map((row) => `  ${sentence(row)}${goalText(row.goal)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function sentence({ name, threads, peer }: Pick<Row, 'name' | 'threads' | 'peer'>): string {
  return `${name}, ${threads} thread${threads === 1 ? '' : 's'}: ${peer}`;
}

function goalText(goal: number | null): string {
  return goal === null ? '' : `, goal ${digits(goal)}`;
}
