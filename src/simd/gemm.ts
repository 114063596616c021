/** Matrix products, of any sizes and layouts, with everything that a model does to their results. */
import type { WeightKind } from '../nn/weight.js';
import { multiply, packedBytes } from './gemm-jobs.js';
import { checkProduct } from './gemm-product.js';
import { GEMV_ROWS, gemv, isGemv } from './gemv.js';
import { gemvTransposed, isGemvTransposed } from './gemv-transposed.js';
import type { Kernels } from './kernels.js';

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
  /**
   * `exact` is float32. `int16` rounds both sides to 12 bits and a sign for each group of 256 along k, or beside int8
   * weights, A alone to 15: faster, with a relative error of 4e-4 for gaussian numbers, and NaN where one is infinite.
   */
  readonly arithmetic?: 'exact' | 'int16';
}

/** A is packed and multiplied in turns, of a multiple of so many rows, and of so many bytes or of one multiple. */
const TURN_ROWS = 270;
const TURN_BYTES = 2 ** 25;

/**
 * C = f(A·B·weight scales + bias)·scale + residual (+ C). The result does not depend on the number of threads.
 *
 * @throws RangeError when a size is no count, or rows overlap; TypeError when B is stored in a way that is not known.
 */
export function gemm(kernels: Kernels, product: Gemm): void {
  checkProduct(product);
  if (product.m === 0 || product.n === 0) return;
  if (isGemv(product)) multiplyFewRows(kernels, product);
  else if (isGemvTransposed(product)) gemvTransposed(kernels, product);
  else packAndMultiply(kernels, product);
}

/** Turns of about equally many rows, each of which reads B. */
function multiplyFewRows(kernels: Kernels, product: Gemm): void {
  const { m } = product;
  const turn = Math.ceil(m / Math.ceil(m / GEMV_ROWS));
  for (let row = 0; row < m; row += turn) gemv(kernels, rowsOf(product, row, Math.min(turn, m - row)));
}

function packAndMultiply(kernels: Kernels, product: Gemm): void {
  const { m } = product;
  const turns = Math.floor(TURN_BYTES / Math.max(1, packedBytes({ ...product, m: TURN_ROWS })));
  const turn = Math.min(m, TURN_ROWS * Math.max(1, turns));
  const packed = kernels.heap.allocate(packedBytes({ ...product, m: turn }));
  try {
    for (let row = 0; row < m; row += turn) {
      multiply(kernels, rowsOf(product, row, Math.min(turn, m - row)), packed);
    }
  } finally {
    kernels.heap.free(packed);
  }
}

/** The product of rows `row` … `row + count − 1` of A. */
function rowsOf(product: Gemm, row: number, count: number): Gemm {
  if (count === product.m) return product;
  const from = <M extends Matrix>(matrix: M): M => ({
    ...matrix,
    address: matrix.address + row * matrix.stride,
  });
  const { a, c, residual } = product;
  return {
    ...product,
    m: count,
    a: a.layout === 'columns' ? { ...a, address: a.address + 4 * row } : from(a),
    c: from(c),
    ...(residual && { residual: from(residual) }),
  };
}
