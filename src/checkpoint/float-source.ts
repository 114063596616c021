/** Where weights come from: named float32 values, or the bytes of a matrix for whoever computes with those. */
import type { WeightKind } from '../nn/weight.js';
import { elementCount, type Rows } from './tensor-source.js';

/** Named values: a checkpoint, or a rule that makes them. */
export interface FloatSource {
  /** The shape of a tensor; undefined when it is absent or not known. */
  shapeOf(name: string): readonly number[] | undefined;
  /**
   * Values of a tensor, or of some of its rows. They belong to the caller.
   *
   * @throws RangeError naming the tensor when it has another shape, Error when there is none.
   */
  read(
    name: string,
    shape: readonly number[],
    rows?: Rows,
    signal?: AbortSignal,
  ): Promise<Float32Array<ArrayBuffer>>;
  /**
   * A tensor, or some of its rows, as the source has it. Sources without it give float32.
   *
   * @throws as `read`.
   */
  stored?(name: string, shape: readonly number[], rows?: Rows): StoredMatrix;
}

/** A matrix that is not read yet: its kind of elements, and how they come into memory. */
export interface StoredMatrix {
  readonly kind: WeightKind;
  /**
   * Writes all bytes, little-endian and row-major, into memory of just that length. After those of an `I8` matrix, and
   * zeros up to a multiple of 4, comes a float32 scale for each row.
   */
  fill(bytes: Uint8Array<ArrayBufferLike>, signal?: AbortSignal): Promise<void>;
}

/** Values that a matrix is read by at a time: 64 MB, so that the largest needs no second copy. */
export const bandValues = 2 ** 24;

/** The matrix as float32, whatever it is stored as, some rows at a time. */
export function convertedMatrix(
  source: FloatSource,
  name: string,
  shape: readonly number[],
  rows?: Rows,
): StoredMatrix {
  return {
    kind: 'F32',
    async fill(bytes, signal) {
      for await (const { first, values } of bandsOf(source, { name, shape, rows }, signal)) {
        const band = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
        bytes.set(band, first * elementCount(shape.slice(1)) * 4);
      }
    },
  };
}

/** A tensor of the given whole shape, or some of its rows. */
export interface Banded {
  readonly name: string;
  readonly shape: readonly number[];
  readonly rows?: Rows | undefined;
  /** Values of a band at most, `bandValues` by default. */
  readonly valuesAtOnce?: number;
}

/** All rows that are asked for, a band at a time: `values` begin with row `first` of these. */
export async function* bandsOf(
  source: FloatSource,
  { name, shape, rows, valuesAtOnce = bandValues }: Banded,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly first: number; readonly values: Float32Array<ArrayBuffer> }> {
  const { start, count: total } = rows ?? { start: 0, count: shape[0] ?? 1 };
  const bandRows = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, elementCount(shape.slice(1)))));
  for (let first = 0; first < total; first += bandRows) {
    const count = Math.min(bandRows, total - first);
    yield { first, values: await source.read(name, shape, { start: start + first, count }, signal) };
  }
}
