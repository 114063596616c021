/** The rows of the table. */
import type { RowPlan, Side, Unit } from './contest.js';
import { CANARY_FLOPS } from './contestant/canary.js';
import type { Sample } from './contestant/sampler.js';
import { cleanShare, median } from './statistics.js';

/** What was measured; the order of the fields is that of the table. */
export interface Measured {
  readonly ours: number;
  readonly theirs: number;
  /** Above 1 ours is better, whatever the unit. */
  readonly ratio: number;
  readonly best_ours: number;
  readonly best_theirs: number;
  /** Share of the samples that had the machine to themselves. */
  readonly clean: number;
}

/** A row that could not be measured says why. */
export type Row = Pick<RowPlan, 'name' | 'threads' | 'peer' | 'unit' | 'goal'> &
  ({ readonly measured: Measured } | { readonly failure: string });

/** All samples of one side, and the work of one of them. */
export interface Series {
  readonly samples: readonly Sample[];
  readonly work: number;
}

/** The same row with what was measured. `fastestCanary`: of the whole run, in milliseconds. */
export function measuredRow(plan: RowPlan, series: ReadonlyMap<string, Series>, fastestCanary: number): Row {
  const { decides = 'median', timesTheirs = 1 } = plan;
  const values = (side: Side, times = 1) =>
    typeof side === 'string'
      ? valuesOf(side, plan.unit, series, times)
      : constant('budget' in side ? side.budget : CANARY_FLOPS / fastestCanary / 1e6);
  const [ours, theirs] = [values(plan.ours), values(plan.theirs, timesTheirs)];
  const samples = [plan.ours, plan.theirs].flatMap((side) => samplesOf(side, series));
  const [a, b] = [ours[decides], theirs[decides]];
  const measured: Measured = {
    ours: a,
    theirs: b,
    ratio: isRate(plan.unit) ? a / b : b / a,
    best_ours: ours.best,
    best_theirs: theirs.best,
    clean: cleanShare(samples, fastestCanary),
  };
  return { ...headOf(plan), measured };
}

export function failedRow(plan: RowPlan, failure: string): Row {
  return { ...headOf(plan), failure };
}

/** One row of `--json`: null stands for what could not be measured, with the reason beside it. */
export function jsonRow(row: Row): Readonly<Record<string, string | number | null>> {
  const { name, threads, peer, unit, goal } = row;
  if ('failure' in row) {
    const nothing = { ours: null, theirs: null, unit, ratio: null, goal };
    return { name, threads, peer, ...nothing, failure: row.failure };
  }
  const { ours, theirs, ratio, ...extra } = row.measured;
  return { name, threads, peer, ours, theirs, unit, ratio, goal, ...extra };
}

function headOf({ name, threads, peer, unit, goal }: RowPlan) {
  return { name, threads, peer, unit, goal };
}

const isRate = (unit: Unit): boolean => unit === 'GFLOPS' || unit.endsWith('/s');

function samplesOf(side: Side, series: ReadonlyMap<string, Series>): readonly Sample[] {
  return typeof side === 'string' ? (series.get(side)?.samples ?? []) : [];
}

const constant = (value: number) => ({ median: value, best: value });

function valuesOf(side: string, unit: Unit, series: ReadonlyMap<string, Series>, times: number) {
  const found = series.get(side);
  if (!found || found.samples.length === 0) throw new Error(`expected samples of ${side}, got none`);
  const values = found.samples.map((sample) => inUnit(sample, unit, found.work) * times);
  const best = isRate(unit) ? Math.max(...values) : Math.min(...values);
  return { median: median(values), best };
}

function inUnit({ milliseconds, peakBytes }: Sample, unit: Unit, work: number): number {
  switch (unit) {
    case 'ms':
      return milliseconds;
    case 's':
      return milliseconds / 1e3;
    case 'GB':
      return peakBytes / 1e9;
    case 'samples/s':
    case 'tokens/s':
      return (work / milliseconds) * 1e3;
    case 'GFLOPS':
    case 'GB/s':
      return work / milliseconds / 1e6;
  }
}
