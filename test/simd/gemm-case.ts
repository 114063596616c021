import type { WeightKind } from '../../src/nn/weight.js';
import { type Gemm, gemm } from '../../src/simd/gemm.js';
import type { Kernels } from '../../src/simd/kernels.js';
import { Matrices, transposed } from './gemm-matrices.js';
import { distribution } from './normal-distribution.js';

type Values = ArrayLike<number>;

/** A product by its numbers, row by row: A [m, k], B [k, n] as it is stored in its kind, and so on. */
export interface Case extends Pick<Gemm, 'm' | 'n' | 'k' | 'activation' | 'arithmetic'> {
  readonly a: Values;
  readonly layout?: 'rows' | 'columns';
  readonly b: Values;
  readonly storage: { readonly kind: WeightKind; readonly layout: 'kn' | 'nk' };
  /** Of int8, [n]. */
  readonly scales?: Values;
  readonly bias?: Values;
  readonly scale?: Values;
  readonly residual?: Values;
  /** What is in C before, and added to. */
  readonly before?: Values;
}

/** C on the kernels. @throws Error when more than C is written, or memory is kept. */
export function computed(kernels: Kernels, given: Case): Float32Array {
  const { m, n, k, a, b, storage, layout = 'rows', arithmetic = 'exact', activation, before } = given;
  const matrices = new Matrices(kernels);
  try {
    const left = layout === 'rows' ? matrices.matrix(a, k) : matrices.matrix(transposed(a, k), m);
    const isTransposed = storage.layout === 'nk';
    const right = matrices.matrix(isTransposed ? transposed(b, n) : b, isTransposed ? k : n, storage.kind);
    const c = matrices.matrix(before ?? new Float32Array(m * n).fill(Number.NaN), n);
    const vector = (name: 'scales' | 'bias' | 'scale') =>
      given[name] && { [name]: matrices.vector(given[name]) };
    const used = (): number => ('usedBytes' in kernels.heap ? Number(kernels.heap.usedBytes) : 0);
    const residual = given.residual && { residual: matrices.matrix(given.residual, n) };
    const product: Gemm = {
      ...{ m, n, k, arithmetic, c, accumulate: before !== undefined, a: { ...left, layout } },
      b: { ...right, ...storage, ...vector('scales') },
      ...{ ...vector('bias'), ...vector('scale'), ...residual, ...(activation && { activation }) },
    };
    kernels.dispose(); // scratch memory is kept otherwise
    const usedBefore = used();
    gemm(kernels, product);
    kernels.dispose();
    if (used() !== usedBefore) throw new Error(`expected ${usedBefore} bytes in use, got ${used()}`);
    return matrices.read(c, m, n);
  } finally {
    matrices.free();
  }
}

const activations = {
  none: (x: number) => x,
  gelu: (x: number) => x * distribution(x),
  silu: (x: number) => x / (1 + Math.exp(-x)),
};

/** The same in float64, from the formula. */
export function expected(given: Case): Float64Array {
  const { m, n, k, a, b, scales, bias, activation = 'none', scale, residual, before } = given;
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const x = Number(a[i * k + l]);
      for (let j = 0; j < n; j++) c[i * n + j] = Number(c[i * n + j]) + x * Number(b[l * n + j]);
    }
  }
  return c.map((sum, i) => {
    const at = (values: Values | undefined, otherwise: number): number =>
      Number(values?.[i % n] ?? otherwise);
    const value = activations[activation](sum * at(scales, 1) + at(bias, 0)) * at(scale, 1);
    return value + Number(residual?.[i] ?? 0) + Number(before?.[i] ?? 0);
  });
}

/** ‖got − wanted‖ / ‖wanted‖. */
export function relativeError(got: Values, wanted: Values): number {
  let [error, norm] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    error += (Number(got[i]) - Number(wanted[i])) ** 2;
    norm += Number(wanted[i]) ** 2;
  }
  return Math.sqrt(error / norm);
}
