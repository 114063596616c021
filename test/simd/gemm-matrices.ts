import { fromFloat32, toFloat32 } from '../../src/checkpoint/dtype.js';
import type { WeightKind } from '../../src/nn/weight.js';
import type { Matrix } from '../../src/simd/gemm.js';
import type { Kernels } from '../../src/simd/kernels.js';

/** The ways in which the right side of a product may be stored. */
export const storages = [
  { kind: 'F32', layout: 'nk' },
  { kind: 'F32', layout: 'kn' },
  { kind: 'BF16', layout: 'nk' },
  { kind: 'F16', layout: 'nk' },
  { kind: 'I8', layout: 'nk' },
] as const satisfies readonly { kind: WeightKind; layout: 'kn' | 'nk' }[];

/** Numbers between the rows of a matrix: all bits set, which is NaN in the float kinds. */
const GAP = 3;
const GUARD_BYTES = 64;

/** `values` in a kind that kernels multiply with. */
export function encoded(values: ArrayLike<number>, kind: WeightKind): Uint8Array<ArrayBuffer> {
  if (kind === 'I8') return new Uint8Array(Int8Array.from(values).buffer);
  return fromFloat32(Float32Array.from(values), kind);
}

/** `values` as they are after storing them in a kind. */
export const stored = (values: ArrayLike<number>, kind: WeightKind): Float32Array =>
  toFloat32(encoded(values, kind), kind);

/** Puts matrices on the kernels' heap, and takes everything away again. */
export class Matrices {
  readonly #kernels: Kernels;
  readonly #blocks: { readonly address: number; readonly bytes: number }[] = [];

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** Row by row, not even aligned to 4 numbers, with gaps between the rows. */
  matrix(values: ArrayLike<number>, columns: number, kind: WeightKind = 'F32'): Matrix {
    const bytes = encoded(values, kind);
    const size = bytes.length / Math.max(1, values.length);
    const rows = columns === 0 ? 0 : values.length / columns;
    const stride = (columns + GAP) * size;
    const address = this.#place(size + rows * stride + GUARD_BYTES) + size;
    const heap = new Uint8Array(this.#kernels.heap.memory.buffer);
    for (let row = 0; row < rows; row++) {
      heap.set(bytes.subarray(row * columns * size, (row + 1) * columns * size), address + row * stride);
    }
    return { address, stride };
  }

  vector(values: ArrayLike<number>): number {
    return this.matrix(values, values.length).address;
  }

  #place(bytes: number): number {
    const address = this.#kernels.heap.allocate(bytes);
    new Uint8Array(this.#kernels.heap.memory.buffer, address, bytes).fill(0xff);
    this.#blocks.push({ address, bytes });
    return address;
  }

  /** [rows, columns] of a float32 matrix. @throws Error when something was written between or after its rows. */
  read({ address, stride }: Matrix, rows: number, columns: number): Float32Array {
    const values = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const words = this.#kernels.words(address + row * stride, columns + GAP);
      if (words.subarray(columns).some((word) => word !== -1)) throw new Error(`row ${row}: written behind`);
      values.set(this.#kernels.floats(address + row * stride, columns), row * columns);
    }
    const after = this.#kernels.words(address + rows * stride, GAP);
    if (after.some((word) => word !== -1)) throw new Error('written behind the last row');
    return values;
  }

  free(): void {
    for (const { address } of this.#blocks.splice(0)) this.#kernels.heap.free(address);
  }
}

/** [rows, columns] → [columns, rows]. */
export function transposed(values: ArrayLike<number>, columns: number): Float64Array {
  const rows = columns === 0 ? 0 : values.length / columns;
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
