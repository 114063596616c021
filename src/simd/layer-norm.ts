/** Layer normalisation: the driver of `assembly/layer-norm.ts` and `-backward.ts`. */
import { sumPartials, withPartials } from './column-sum.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits, summedRowUnits } from './row-units.js';

interface LayerNorm {
  readonly x: number;
  /** Bytes from one row to the next. */
  readonly xStride: number;
  readonly w: number;
  readonly b: number;
  /** May be `x`. */
  readonly y: number;
  readonly yStride: number;
  readonly rows: number;
  readonly n: number;
  readonly epsilon: number;
}

/** y = (x − μ)·r·w + b with r = 1/√(mean((x − μ)²) + ε), row by row: [rows, n] → [rows, n]. */
export function layerNorm(kernels: Kernels, job: LayerNorm): void {
  const { x, xStride, w, b, y, yStride, rows, n, epsilon } = job;
  const { units, rowsPerUnit } = rowUnits(rows, n);
  const fields = [x, xStride, w, b, y, yStride, rows, n, rowsPerUnit, { float: epsilon }];
  kernels.run({ op: ops.layerNorm, units, fields });
}

interface LayerNormBackward {
  readonly x: number;
  readonly xStride: number;
  readonly w: number;
  readonly dy: number;
  readonly dyStride: number;
  /** May be `dy` or `x`. */
  readonly dx: number;
  readonly dxStride: number;
  readonly dw: number;
  readonly db: number;
  readonly rows: number;
  readonly n: number;
  readonly epsilon: number;
}

/**
 * With x̂ = (x − μ)·r: dx = r·(dy·w − mean(dy·w) − x̂·mean(dy·w·x̂)), dw = Σ over rows of dy·x̂ and
 * db = Σ over rows of dy: [rows, n] → [rows, n], [n], [n].
 */
export function layerNormBackward(kernels: Kernels, job: LayerNormBackward): void {
  const { x, xStride, w, dy, dyStride, dx, dxStride, rows, n, epsilon } = job;
  const { units, rowsPerUnit } = summedRowUnits(rows, n);
  withPartials(kernels, 2 * units * n, (partials) => {
    const shape = [rows, n, rowsPerUnit, { float: epsilon }, partials];
    const fields = [x, xStride, w, dy, dyStride, dx, dxStride, ...shape];
    kernels.run({ op: ops.layerNormBackward, units, fields });
    const sums = { stride: 8 * n, count: units, n };
    sumPartials(kernels, { ...sums, partials, sum: job.dw });
    sumPartials(kernels, { ...sums, partials: partials + 4 * n, sum: job.db });
  });
}
