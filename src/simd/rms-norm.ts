/** Root-mean-square normalisation: the driver of `assembly/rms-norm.ts` and `-backward.ts`. */
import { sumPartials, withPartials } from './column-sum.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits, summedRowUnits } from './row-units.js';

interface RmsNorm {
  readonly x: number;
  /** Bytes from one row to the next. */
  readonly xStride: number;
  readonly w: number;
  /** May be `x`. */
  readonly y: number;
  readonly yStride: number;
  readonly rows: number;
  readonly n: number;
  readonly epsilon: number;
}

/** y = x·r·w with r = 1/√(mean(x²) + ε), row by row: [rows, n] → [rows, n]. */
export function rmsNorm(kernels: Kernels, job: RmsNorm): void {
  const { x, xStride, w, y, yStride, rows, n, epsilon } = job;
  const { units, rowsPerUnit } = rowUnits(rows, n);
  const fields = [x, xStride, w, y, yStride, rows, n, rowsPerUnit, { float: epsilon }];
  kernels.run({ op: ops.rmsNorm, units, fields });
}

interface RmsNormBackward {
  readonly x: number;
  readonly xStride: number;
  readonly w: number;
  readonly dy: number;
  readonly dyStride: number;
  /** May be `dy` or `x`. */
  readonly dx: number;
  readonly dxStride: number;
  readonly dw: number;
  readonly rows: number;
  readonly n: number;
  readonly epsilon: number;
}

/**
 * dx = r·dy·w − x·r³·mean(dy·w·x) and dw = Σ over rows of dy·x·r: [rows, n] → [rows, n], [n].
 */
export function rmsNormBackward(kernels: Kernels, job: RmsNormBackward): void {
  const { x, xStride, w, dy, dyStride, dx, dxStride, rows, n, epsilon } = job;
  const { units, rowsPerUnit } = summedRowUnits(rows, n);
  withPartials(kernels, units * n, (partials) => {
    const shape = [rows, n, rowsPerUnit, { float: epsilon }, partials];
    const fields = [x, xStride, w, dy, dyStride, dx, dxStride, ...shape];
    kernels.run({ op: ops.rmsNormBackward, units, fields });
    sumPartials(kernels, { partials, stride: 4 * n, count: units, n, sum: job.dw });
  });
}
