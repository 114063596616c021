/** The norm of gradients, and the sum of those of several ranks. */
import { EngineError } from './engine-error.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Numbers a unit takes; `COUNT` of `assembly/gradients.ts`. */
const UNIT = 16384;
const MAX_RANKS = 48;

/**
 * Σ x² of `count` float32 at `x`, in float64. The order of additions is fixed, but is not that of a plain
 * loop: for a million numbers the two differ by some 1e-14 of their size. NaN or Infinity when any number is.
 */
export function sumOfSquares(kernels: Kernels, x: number, count: number): number {
  const units = Math.ceil(count / UNIT);
  const sums = kernels.heap.allocate(8 * units);
  try {
    kernels.run({ op: ops.sumOfSquares, units, fields: [x, count, sums] });
    return new Float64Array(kernels.heap.memory.buffer, sums, units).reduce((a, b) => a + b, 0);
  } finally {
    kernels.heap.free(sums);
  }
}

interface SumGradients {
  /** Where each rank's gradient lies. */
  readonly gradients: readonly number[];
  /** May be the first of them. */
  readonly sum: number;
  readonly count: number;
}

/**
 * sum = Σ over ranks, in their order: [count] each → [count].
 *
 * @throws EngineError when there is no rank, or more than 48.
 */
export function sumGradients(kernels: Kernels, { gradients, sum, count }: SumGradients): void {
  const ranks = gradients.length;
  if (ranks < 1 || ranks > MAX_RANKS)
    throw new EngineError(`expected gradients of 1 to ${MAX_RANKS} ranks, got ${ranks}`);
  const fields = [sum, count, ranks, ...gradients];
  kernels.run({ op: ops.sumGradients, units: Math.ceil(count / UNIT), fields });
}
