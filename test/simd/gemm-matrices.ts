import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import type { WeightKind } from '../../src/nn/weight.js';
import type { Gemm } from '../../src/simd/gemm.js';
import type { Kernels } from '../../src/simd/kernels.js';

/** The ways in which the right side of a product may be stored. */
export const storages = [
  { kind: 'F32', layout: 'nk' },
  { kind: 'F32', layout: 'kn' },
  { kind: 'BF16', layout: 'nk' },
  { kind: 'F16', layout: 'nk' },
  { kind: 'I8', layout: 'nk' },
] as const satisfies readonly { kind: WeightKind; layout: 'kn' | 'nk' }[];

/** Puts matrices on the kernels' heap, and takes everything away again. */
export class Matrices {
  readonly #kernels: Kernels;
  readonly #addresses: number[] = [];

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  bytes(values: Uint8Array): number {
    const address = this.#kernels.heap.allocate(values.length);
    new Uint8Array(this.#kernels.heap.memory.buffer).set(values, address);
    this.#addresses.push(address);
    return address;
  }

  floats(values: ArrayLike<number>): number {
    return this.bytes(new Uint8Array(Float32Array.from(values).buffer));
  }

  /** [rows, columns] row by row, float32 or (of values that are exact in it) any other kind. */
  matrix(
    values: ArrayLike<number>,
    columns: number,
    kind: WeightKind = 'F32',
  ): { address: number; stride: number } {
    if (kind === 'I8')
      return { address: this.bytes(new Uint8Array(Int8Array.from(values).buffer)), stride: columns };
    const bytes = fromFloat32(Float32Array.from(values), kind);
    return { address: this.bytes(bytes), stride: (columns * bytes.length) / Math.max(1, values.length) };
  }

  read(address: number, length: number): Float32Array {
    return this.#kernels.floats(address, length).slice();
  }

  free(): void {
    for (const address of this.#addresses.splice(0)) this.#kernels.heap.free(address);
  }
}

/** [rows, columns] → [columns, rows]. */
export function transposed(values: ArrayLike<number>, columns: number): Float64Array {
  const rows = values.length / columns;
  return Float64Array.from({ length: values.length }, (_, i) =>
    Number(values[(i % rows) * columns + Math.floor(i / rows)]),
  );
}

/** Numbers between −1 and 1, the same every time. */
export function uniform(length: number, seed = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Σₖ A[m, k]·B[k, n] in float64. */
export function product(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { m, n, k }: Pick<Gemm, 'm' | 'n' | 'k'>,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const x = Number(a[i * k + l]);
      for (let j = 0; j < n; j++) c[i * n + j] = Number(c[i * n + j]) + x * Number(b[l * n + j]);
    }
  }
  return c;
}
