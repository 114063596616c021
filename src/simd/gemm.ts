/** Matrix products: packs A, then multiplies it with B, which is packed part by part, in register tiles. */
import type { WeightKind } from '../nn/weight.js';
import { checkProduct, epilogueFields } from './gemm-product.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Where a matrix lies in the kernels' heap; its rows are `stride` bytes apart. */
export interface Matrix {
  readonly address: number;
  readonly stride: number;
}

/** C = f(A·B·weight scales + bias)·scale + residual (+ C): A [m, k], B [k, n], C [m, n]. */
export interface Gemm {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** Float32 as [m, k], or as [k, m] when its layout is `columns`. */
  readonly a: Matrix & { readonly layout?: 'rows' | 'columns' };
  /** [n, k] of any kind, as PyTorch stores weights, or float32 [k, n]; int8 with the address of float32 scales [n]. */
  readonly b: Matrix & { readonly kind: WeightKind; readonly layout: 'kn' | 'nk'; readonly scales?: number };
  readonly c: Matrix;
  /** Address of float32 [n]. */
  readonly bias?: number;
  readonly activation?: 'gelu' | 'silu';
  /** Address of float32 [n]. */
  readonly scale?: number;
  /** Float32 [m, n]; may be `c`. */
  readonly residual?: Matrix;
  /** Adds to what is in `c`. */
  readonly accumulate?: boolean;
  /** `exact`, in float32, or with both sides rounded to 16-bit integers or less, which is faster. */
  readonly arithmetic?: 'exact' | 'int16';
}

/** As in `assembly/pack-left.ts`: what is multiplied of k before the next block; rows of a unit of packing. */
const DEPTH = 320;
const PACK_ROWS = 30;
/** As in `assembly/pack-right.ts`. */
const rightKinds = { F32: 0, BF16: 1, F16: 2, I8: 3 } as const;
const RIGHT_TRANSPOSED = 4;

/** The largest unit of multiplying: its sums, and the block of B that it needs, fit the second-level cache. */
const UNIT_ROWS = 270;
const UNIT_COLUMNS = 96;
/** With several threads units are smaller, so that there are some for everyone. */
const UNITS_PER_THREAD = 4;
const MIN_UNIT_COLUMNS = 24;
const MIN_UNIT_ROWS = 60;
/** What is packed of A at a time, about. */
const PACKED_BYTES = 2 ** 25;

/**
 * C = f(A·B·weight scales + bias)·scale + residual (+ C). The result does not depend on the number of threads.
 *
 * @throws RangeError when a size is no count, or rows overlap; TypeError when B is stored in a way that is not known.
 */
export function gemm(kernels: Kernels, product: Gemm): void {
  checkProduct(product);
  const { m, n, k } = product;
  if (m === 0 || n === 0) return;
  const most = UNIT_ROWS * Math.max(1, Math.floor(PACKED_BYTES / (4 * k * UNIT_ROWS + 1)));
  const packed = kernels.heap.allocate(4 * k * (Math.min(m, most) + PACK_ROWS));
  try {
    for (let row = 0; row < m; row += most)
      multiply(kernels, rowsOf(product, row, Math.min(most, m - row)), packed);
  } finally {
    kernels.heap.free(packed);
  }
}

/** The product of rows `row` … `row + count − 1` of A. */
function rowsOf(product: Gemm, row: number, count: number): Gemm {
  if (row === 0 && count === product.m) return product;
  const from = (matrix: Matrix): Matrix => ({ ...matrix, address: matrix.address + row * matrix.stride });
  const { a, c, residual } = product;
  return {
    ...product,
    m: count,
    a: a.layout === 'columns' ? { ...a, address: a.address + 4 * row } : from(a),
    c: from(c),
    ...(residual && { residual: from(residual) }),
  };
}

function multiply(kernels: Kernels, product: Gemm, packed: number): void {
  const { m, n, k, a, b } = product;
  kernels.run({
    op: ops.packLeft,
    units: Math.ceil(m / PACK_ROWS),
    fields: [a.address, a.stride, Number(a.layout === 'columns'), m, k, packed],
  });
  const unit = unitSize(m, n, kernels.threads);
  const kind = b.layout === 'kn' ? RIGHT_TRANSPOSED : rightKinds[b.kind];
  kernels.run({
    op: ops.gemm,
    units: Math.ceil(m / unit.rows) * Math.ceil(n / unit.columns),
    fields: [...epilogueFields(product), packed, b.address, b.stride, kind, m, n, k, unit.rows, unit.columns],
    scratchBytes: 4 * unit.columns * (unit.rows + Math.min(k, DEPTH)),
  });
}

/** Rows and columns of C that one unit computes: multiples of what is packed together. */
function unitSize(m: number, n: number, threads: number): { rows: number; columns: number } {
  const enough = threads === 1 ? 1 : threads * UNITS_PER_THREAD;
  const count = (rows: number, columns: number): number => Math.ceil(m / rows) * Math.ceil(n / columns);
  let rows = evenly(m, UNIT_ROWS, PACK_ROWS);
  let columns = evenly(n, UNIT_COLUMNS, 8);
  // Halves of the columns first: B is packed once for each unit of rows
  while (count(rows, columns) < enough && columns > MIN_UNIT_COLUMNS)
    columns = evenly(columns, columns / 2, 8);
  while (count(rows, columns) < enough && rows > MIN_UNIT_ROWS) rows = evenly(rows, rows / 2, PACK_ROWS);
  return { rows, columns };
}

/** The size of equal parts of `total`, at most `limit` (or `step`) each, rounded up to a multiple of `step`. */
function evenly(total: number, limit: number, step: number): number {
  const parts = Math.ceil(total / limit);
  return step * Math.ceil(total / parts / step);
}
