/** Sums over rows: the gradient of a bias, and the last step of every other sum over rows. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { summedRowUnits } from './row-units.js';

/** Columns a unit takes; `COLUMNS` of `assembly/column-sum.ts`. */
const COLUMNS = 256;

interface ColumnSum {
  readonly x: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
  readonly rows: number;
  readonly n: number;
  readonly sum: number;
}

/** sum[j] = Σ over rows of x[row, j]: [rows, n] → [n]; zeros when there are no rows. */
export function columnSum(kernels: Kernels, { x, stride, rows, n, sum }: ColumnSum): void {
  const { units, rowsPerUnit } = summedRowUnits(rows, n);
  withPartials(kernels, units * n, (partials) => {
    kernels.run({ op: ops.columnSum, units, fields: [x, stride, rows, n, rowsPerUnit, partials] });
    sumPartials(kernels, { partials, stride: 4 * n, count: units, n, sum });
  });
}

/** Room for `count` float32, for the time of `use`. */
export function withPartials(kernels: Kernels, count: number, use: (address: number) => void): void {
  const address = kernels.heap.allocate(4 * count);
  try {
    use(address);
  } finally {
    kernels.heap.free(address);
  }
}

interface Partials {
  readonly partials: number;
  /** Bytes from one partial sum to the next. */
  readonly stride: number;
  readonly count: number;
  readonly n: number;
  readonly sum: number;
}

/** sum[j] = Σ over partial sums p of partials[p, j], in their order: [count, n] → [n]. */
export function sumPartials(kernels: Kernels, { partials, stride, count, n, sum }: Partials): void {
  const fields = [partials, stride, count, n, sum];
  kernels.run({ op: ops.sumPartials, units: Math.ceil(n / COLUMNS), fields });
}
