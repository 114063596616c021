/** Matrix products with few rows in A, as in decoding: B is read where it is, only A is rearranged. */
import type { Gemm } from './gemm.js';
import { epilogueFields, rightKinds } from './gemm-product.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Rows that are multiplied with what is read once. */
export const GEMV_ROWS = 5;
/** More rows are packed and multiplied as others are: three times reading B takes longer (measured). */
const MAX_ROWS = 2 * GEMV_ROWS;
/** Fewer and larger units: in each, the reading of memory begins anew. */
const UNITS_PER_THREAD = 4;
const MIN_UNIT_COLUMNS = 16;
/** Scratch memory before the sums of a unit, `assembly/gemv.ts`. */
const SUMS_OFFSET = 256;

/** Whether `gemv` can compute a product, `GEMV_ROWS` rows at a time, and is the fastest. */
export const isGemv = ({ m, a, b }: Gemm): boolean =>
  m <= MAX_ROWS && b.layout === 'nk' && a.layout !== 'columns';

/**
 * C of `gemm` for at most `GEMV_ROWS` rows, where `isGemv`. Only int8 is multiplied with integers: of wider kinds,
 * memory bounds the speed.
 */
export function gemv(kernels: Kernels, product: Gemm): void {
  const { m, k, a, b, arithmetic } = product;
  const isInt16 = arithmetic === 'int16' && b.kind === 'I8';
  const bytes = m * k * (isInt16 ? 2 : 4);
  const scales = Math.ceil(bytes / 4) * 4;
  const x = kernels.heap.allocate(scales + 4 * m);
  try {
    const left = { x, scales: isInt16 ? x + scales : 0 };
    const fields = [a.address, a.stride, m, k, rightKinds[b.kind], left.x, left.scales];
    kernels.run({ op: ops.gemvLeft, units: m, fields, scratchBytes: isInt16 ? 6 * (k + 8) : 0 });
    multiply(kernels, product, left);
  } finally {
    kernels.heap.free(x);
  }
}

/** A as the kernel reads it. */
interface Left {
  readonly x: number;
  readonly scales: number;
}

function multiply(kernels: Kernels, product: Gemm, { x, scales }: Left): void {
  const { m, n, k, b } = product;
  const parts = kernels.threads === 1 ? 1 : UNITS_PER_THREAD * kernels.threads;
  const columns = Math.max(MIN_UNIT_COLUMNS, 4 * Math.ceil(n / parts / 4));
  const right = [b.address, b.stride, rightKinds[b.kind]];
  kernels.run({
    op: ops.gemv,
    units: Math.ceil(n / columns),
    fields: [...epilogueFields(product), x, scales, ...right, m, k, n, columns],
    scratchBytes: SUMS_OFFSET + 4 * m * columns,
  });
}
