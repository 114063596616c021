/** The matrix of a linear map: a tensor, or a weight that is lent by whoever keeps it in its stored kind. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from './tensor.js';

/** How the elements of a lent weight are stored: as in its file, never expanded to float32 as a whole. */
export type WeightKind = 'F32' | 'BF16' | 'F16' | 'I8';

export type MatrixShape = readonly [Out: number, In: number];
/** Rows of a matrix: from the first up to the second. */
export type RowRange = readonly [from: number, to: number];

/** A matrix [Out, In], laid out as PyTorch does, in memory that is not tfjs's. */
export interface LentWeight {
  readonly shape: MatrixShape;
  readonly kind: WeightKind;
  /** Rows of the largest tensor that the device can read; all of them when left out. */
  readonly rowsPerTensor?: number;
  /** Rows (all when left out) as a new float32 tensor [In, rows]: what the composed form of an operation works with. */
  toTensor(rows?: RowRange): tf.Tensor2D;
  /** Gives the memory back. */
  dispose(): void;
}

/** Whoever keeps weights where the kernels find them. */
export interface WeightLender {
  /**
   * Memory for a weight [Out, In]. `fill` is given its bytes (little-endian, row-major, perhaps over a
   * SharedArrayBuffer) and must write all of them; when it fails, nothing stays.
   */
  lend(
    shape: MatrixShape,
    kind: WeightKind,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<LentWeight>;
}

/** y = x·W: trainable as a tensor, read-only when lent. */
export type Weight = Tensor<'In Out'> | LentWeight;

export const isLent = (weight: Weight): weight is LentWeight => !(weight instanceof tf.Tensor);

/** [In, Out] of a weight of either kind. */
export function weightSizes(weight: Weight): [In: number, Out: number] {
  if (isLent(weight)) return [weight.shape[1], weight.shape[0]];
  const [In, Out] = weight.shape;
  if (weight.rank !== 2 || In === undefined || Out === undefined) {
    throw new RangeError(`expected a weight [In, Out], got [${weight.shape.join(', ')}]`);
  }
  return [In, Out];
}
