/** Runs contests one after the other and collects their rows; one that fails leaves rows that say so. */
import type { Contest, RowPlan } from './contest.js';
import { measure } from './measure.js';
import type { Progress } from './progress.js';
import { failedRow, measuredRow, type Row, type Series } from './row.js';

type Result = ReadonlyMap<string, Series> | { readonly failure: string };

/** The rows in the order of the contests. Whether a sample was undisturbed is judged when all have been taken. */
export async function runContests(contests: readonly Contest[], progress: Progress): Promise<Row[]> {
  const results: Result[] = [];
  const start = performance.now();
  for (const [i, contest] of contests.entries()) {
    const seconds = Math.round((performance.now() - start) / 1000);
    const what = contest.rows[0] ? `${contest.rows[0].name}, ${contest.rows[0].threads}T` : 'nothing';
    progress.log(`[${i + 1}/${contests.length}, ${seconds} s] ${what}`);
    results.push(await result(contest, progress));
  }
  const fastest = fastestCanary(results);
  return contests.flatMap(({ rows }, i) => rows.map((plan) => rowOf(plan, results[i], fastest)));
}

async function result(contest: Contest, progress: Progress): Promise<Result> {
  try {
    return await measure(contest, progress.update);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    progress.log(`failed: ${failure}`);
    return { failure: failure.split('\n', 1)[0] ?? '' }; // the stack has been told
  }
}

function rowOf(plan: RowPlan, result: Result | undefined, fastest: number): Row {
  if (!result || 'failure' in result) return failedRow(plan, result?.failure ?? 'it was not run');
  try {
    return measuredRow(plan, result, fastest);
  } catch (error) {
    return failedRow(plan, error instanceof Error ? error.message : String(error));
  }
}

function fastestCanary(results: readonly Result[]): number {
  const series = results.flatMap((result) => ('failure' in result ? [] : [...result.values()]));
  return series
    .flatMap(({ samples }) => samples)
    .flatMap(({ canaries }) => canaries)
    .reduce((least, canary) => Math.min(least, canary), Number.POSITIVE_INFINITY);
}
