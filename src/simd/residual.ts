/** A branch with layer scale joins the stream, forward and backward. */
import { sumPartials, withPartials } from './column-sum.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits, summedRowUnits } from './row-units.js';

interface Residual {
  readonly x: number;
  readonly branch: number;
  readonly gamma: number;
  /** May be `x` or `branch`. */
  readonly y: number;
  readonly rows: number;
  readonly n: number;
}

/** y = x + branch·γ: [rows, n], [rows, n], [n] → [rows, n]. */
export function residual(kernels: Kernels, { x, branch, gamma, y, rows, n }: Residual): void {
  const { units, rowsPerUnit } = rowUnits(rows, n);
  kernels.run({ op: ops.residual, units, fields: [x, branch, gamma, y, rows, n, rowsPerUnit] });
}

interface ResidualBackward {
  readonly branch: number;
  readonly gamma: number;
  readonly dy: number;
  /** May be `dy` or `branch`. */
  readonly dBranch: number;
  readonly dGamma: number;
  readonly rows: number;
  readonly n: number;
}

/** dBranch = dy·γ and dγ = Σ over rows of dy·branch: [rows, n], [n]. (The gradient of x is dy.) */
export function residualBackward(kernels: Kernels, job: ResidualBackward): void {
  const { branch, gamma, dy, dBranch, dGamma, rows, n } = job;
  const { units, rowsPerUnit } = summedRowUnits(rows, n);
  withPartials(kernels, units * n, (partials) => {
    const fields = [branch, gamma, dy, dBranch, rows, n, rowsPerUnit, partials];
    kernels.run({ op: ops.residualBackward, units, fields });
    sumPartials(kernels, { partials, stride: 4 * n, count: units, n, sum: dGamma });
  });
}
