/** Values made by a rule, as bf16: the driver of `assembly/synthetic.ts`. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** 2³² / golden ratio: spreads neighbouring indices. */
export const GOLDEN = 0x9e3779b1;
/** Values a unit makes; `COUNT` of `assembly/synthetic.ts`. */
const UNIT = 16384;

interface Synthetic {
  /** Address of the bf16 values. */
  readonly to: number;
  readonly count: number;
  readonly key: number;
  /** Index of the first value in the sequence of that key. */
  readonly first: number;
  /** The smallest value. */
  readonly lowest: number;
  /** The distance of neighbouring values before they are rounded: a power of two. */
  readonly step: number;
}

/** bf16(lowest + hash₂₄(key + i·0x9E3779B1)·step), i = first, first + 1, …: [count]. */
export function synthetic(kernels: Kernels, job: Synthetic): void {
  const { to, count, key, first, lowest, step } = job;
  const begin = (key + Math.imul(first, GOLDEN)) >>> 0;
  const fields = [to, count, begin, { float: lowest }, { float: step }];
  kernels.run({ op: ops.synthetic, units: Math.ceil(count / UNIT), fields });
}
