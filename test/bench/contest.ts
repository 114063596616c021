/** A comparison, written down: who takes part, in which order samples are taken, which rows come out. */

export interface ContestantPlan {
  /** A module in `test/bench/contestants` that exports `prepare`. */
  readonly module: string;
  readonly settings: object;
}

/**
 * `contestant.sampler`; a number that was set beforehand; or what the 128-bit lanes of one core can do, in GFLOPS,
 * which is what the fastest canary of the whole run did.
 */
export type Side = string | { readonly budget: number } | { readonly limit: 'lanes' };

/** `ms` and `s` are times, `GB` memory, the others rates: work a second. */
export type Unit = 'ms' | 's' | 'GB' | 'GFLOPS' | 'GB/s' | 'samples/s' | 'tokens/s';

export interface RowPlan {
  readonly name: string;
  readonly threads: number;
  readonly peer: string;
  readonly unit: Unit;
  /** What `ratio` must reach; null where it only informs. */
  readonly goal: number | null;
  readonly ours: Side;
  readonly theirs: Side;
  /** Which value of the two sides decides. Default: the median. */
  readonly decides?: 'median' | 'best';
  /** Samples of their side count so often: when one of theirs is a part of one of ours. Default: 1. */
  readonly timesTheirs?: number;
}

export interface Agreement {
  readonly output: string;
  readonly with: string;
  readonly within: number;
}

export interface Contest {
  /** What must be there before the contestants start: files. */
  readonly before?: (progress: (text: string) => void) => Promise<void>;
  readonly contestants: Readonly<Record<string, ContestantPlan>>;
  /** `contestant.sampler`, in the order in which they take their turns. */
  readonly turns: readonly string[];
  /** Outputs (`contestant.output`) that must agree before anything is timed, and how closely (relative L2). */
  readonly agree?: readonly Agreement[];
  readonly rows: readonly RowPlan[];
}

export interface Part {
  readonly name: string;
  readonly about: string;
  readonly contests: readonly Contest[];
}

/** A B C A B C …: each noise of the machine meets all sides alike. */
export function rounds(count: number, ...sides: readonly string[]): string[] {
  return Array.from({ length: count }, () => sides).flat();
}
