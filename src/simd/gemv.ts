/** Matrix products with 1 to 4 rows in A, as in decoding: B is read where it is, only A is rearranged. */
import type { Gemm } from './gemm.js';
import { bytesOf, epilogueFields, rightKinds } from './gemm-product.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** More rows are packed and multiplied as others are. */
const MAX_ROWS = 4;
const UNITS_PER_THREAD = 8;
const MIN_UNIT_COLUMNS = 16;
/** Scratch memory before the sums of a unit, `assembly/gemv.ts`. */
const SUMS_OFFSET = 160;

/** Whether `gemv` can compute a product. */
export const isGemv = ({ m, a, b }: Gemm): boolean =>
  m <= MAX_ROWS && b.layout === 'nk' && a.layout !== 'columns';

/** C of `gemm`, where `isGemv`. Only int8 is multiplied with integers: of wider kinds, memory bounds the speed. */
export function gemv(kernels: Kernels, product: Gemm): void {
  const { m, k, a, b, arithmetic } = product;
  const isInt16 = arithmetic === 'int16' && b.kind === 'I8';
  if (!isInt16 && bytesOf[b.kind] !== 2) {
    multiply(kernels, product, { ...a, scales: 0 });
    return;
  }
  const stride = isInt16 ? 2 * 16 * Math.ceil(k / 16) : 4 * k;
  const address = kernels.heap.allocate(m * (stride + 4));
  try {
    const x = { address, stride, scales: isInt16 ? address + m * stride : 0 };
    const fields = [a.address, a.stride, k, x.address, x.stride, x.scales];
    kernels.run({ op: ops.gemvLeft, units: m, fields, scratchBytes: isInt16 ? 2 * stride : 0 });
    multiply(kernels, product, x);
  } finally {
    kernels.heap.free(address);
  }
}

/** A as the kernel reads it. */
interface Left {
  readonly address: number;
  readonly stride: number;
  readonly scales: number;
}

function multiply(kernels: Kernels, product: Gemm, x: Left): void {
  const { m, n, k, b } = product;
  const parts = kernels.threads === 1 ? 1 : UNITS_PER_THREAD * kernels.threads;
  const columns = Math.max(MIN_UNIT_COLUMNS, 4 * Math.ceil(n / parts / 4));
  const right = [b.address, b.stride, rightKinds[b.kind]];
  kernels.run({
    op: ops.gemv,
    units: Math.ceil(n / columns),
    fields: [...epilogueFields(product), x.address, x.stride, x.scales, ...right, m, k, n, columns],
    scratchBytes: SUMS_OFFSET + 4 * m * columns,
  });
}
