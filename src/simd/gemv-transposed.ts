/** Matrix products with few rows in A and B [k, n], as tfjs stores weights: neither is rearranged. */
import type { Gemm } from './gemm.js';
import { epilogueFields } from './gemm-product.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** With more rows it pays off to pack B (measured). */
const MAX_ROWS = 5;
const UNITS_PER_THREAD = 4;
/** Columns that are multiplied at once, `assembly/gemv-transposed.ts`, and scratch memory for their sums. */
const COLUMNS = 32;
const SUMS_OFFSET = 128;

/** Whether `gemvTransposed` can compute a product, and is the fastest. */
export const isGemvTransposed = ({ m, a, b }: Gemm): boolean =>
  m <= MAX_ROWS && b.layout === 'kn' && a.layout !== 'columns';

/** C of `gemm`, where `isGemvTransposed`. */
export function gemvTransposed(kernels: Kernels, product: Gemm): void {
  const { m, n, k, a, b } = product;
  const parts = kernels.threads === 1 ? 1 : UNITS_PER_THREAD * kernels.threads;
  const columns = COLUMNS * Math.ceil(n / parts / COLUMNS);
  const matrices = [a.address, a.stride, b.address, b.stride];
  kernels.run({
    op: ops.gemvTransposed,
    units: Math.ceil(n / columns),
    fields: [...epilogueFields(product), ...matrices, m, k, n, columns],
    scratchBytes: SUMS_OFFSET + 4 * m * columns,
  });
}
