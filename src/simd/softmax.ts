/** Softmax over the last axis, forward and backward. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

interface Softmax {
  readonly x: number;
  /** May be `x`. */
  readonly y: number;
  readonly rows: number;
  readonly n: number;
}

/** y = exp(x − max x)/Σ exp(x − max x), row by row: [rows, n] → [rows, n]. */
export function softmax(kernels: Kernels, { x, y, rows, n }: Softmax): void {
  const { units, rowsPerUnit } = rowUnits(rows, n);
  kernels.run({ op: ops.softmax, units, fields: [x, y, rows, n, rowsPerUnit] });
}

interface SoftmaxBackward {
  readonly y: number;
  readonly dy: number;
  /** May be `dy` or `y`. */
  readonly dx: number;
  readonly rows: number;
  readonly n: number;
}

/** dx = y·(dy − Σ dy·y), row by row, from the result y of the forward: [rows, n] → [rows, n]. */
export function softmaxBackward(kernels: Kernels, { y, dy, dx, rows, n }: SoftmaxBackward): void {
  const { units, rowsPerUnit } = rowUnits(rows, n);
  kernels.run({ op: ops.softmaxBackward, units, fields: [y, dy, dx, rows, n, rowsPerUnit] });
}
