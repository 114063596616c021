/** Rotary position embedding, and its inverse. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

interface Rotary {
  readonly x: number;
  /** Bytes from one row to the next. */
  readonly xStride: number;
  /** May be `x`. */
  readonly y: number;
  readonly yStride: number;
  /** Tables [positions, half]. */
  readonly cos: number;
  readonly sin: number;
  readonly rows: number;
  /** Row r has position r mod `positions`. */
  readonly positions: number;
  readonly heads: number;
  /** Half the numbers of a head. */
  readonly half: number;
}

/** (a, b) → (a·cos − b·sin, b·cos + a·sin) for the halves of every head: [rows, heads, 2·half]. */
export function rotary(kernels: Kernels, job: Rotary): void {
  run(kernels, job, 1);
}

/** The inverse rotation, (a, b) → (a·cos + b·sin, b·cos − a·sin): the gradient, with `x` = dy and `y` = dx. */
export function rotaryBackward(kernels: Kernels, job: Rotary): void {
  run(kernels, job, -1);
}

function run(kernels: Kernels, job: Rotary, direction: 1 | -1): void {
  const { x, xStride, y, yStride, cos, sin, rows, positions, heads, half } = job;
  const { units, rowsPerUnit } = rowUnits(rows, heads * 2 * half);
  const shape = [rows, positions, heads, half, rowsPerUnit, { float: direction }];
  kernels.run({ op: ops.rotary, units, fields: [x, xStride, y, yStride, cos, sin, ...shape] });
}
