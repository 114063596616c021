/** Cross-entropy with logits: the loss of every row, and its gradient with respect to the logits. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

/** The class of rows that do not count, as PyTorch's `ignore_index`. */
export const IGNORED_CLASS = -100;

interface CrossEntropy {
  /** [rows, n] float32. */
  readonly logits: number;
  /** A float32 distribution for every row, [rows, n]; or its int32 class, [rows]. */
  readonly targets: number;
  /** [rows] float32. */
  readonly loss: number;
  /** [rows, n] float32; may be `logits`. */
  readonly dLogits: number;
  readonly rows: number;
  readonly n: number;
  /** What one row's loss counts, 1/rows for a mean. */
  readonly weight: number;
}

/** By row: loss = −Σ target·log softmax(logits), dLogits = weight·(softmax(logits)·Σ target − target). */
export function crossEntropy(kernels: Kernels, job: CrossEntropy): void {
  const { units } = rowUnits(job.rows, job.n);
  kernels.run({ op: ops.crossEntropy, units, fields: fieldsOf(job) });
}

/**
 * loss = −log softmax(logits)[class], dLogits = weight·(softmax(logits) − [k = class]), row by row; both are 0
 * where the class is −100.
 *
 * @throws RangeError when a class is neither −100 nor in 0…n − 1. Nothing is written then.
 */
export function classCrossEntropy(kernels: Kernels, job: CrossEntropy): void {
  const { targets, rows, n } = job;
  const classes = new Int32Array(kernels.heap.memory.buffer, targets, rows);
  const row = classes.findIndex((k) => k !== IGNORED_CLASS && !(k >= 0 && k < n));
  if (row >= 0) {
    const range = `expected classes of 0…${n - 1}, or ${IGNORED_CLASS} for rows that do not count`;
    throw new RangeError(`${range}, got ${classes[row]} in row ${row}`);
  }
  const { units } = rowUnits(rows, n);
  kernels.run({ op: ops.classCrossEntropy, units, fields: fieldsOf(job) });
}

function fieldsOf({ logits, targets, loss, dLogits, rows, n, weight }: CrossEntropy) {
  const { rowsPerUnit } = rowUnits(rows, n);
  return [logits, targets, loss, dLogits, rows, n, rowsPerUnit, { float: weight }];
}
