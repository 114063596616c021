/** The matrix of a linear map: a tensor, or a weight that is lent by whoever keeps it in its stored kind. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from './tensor.js';

/** How the elements of a lent weight are stored: as in its file, never expanded to float32 as a whole. */
export type WeightKind = 'F32' | 'BF16' | 'F16' | 'I8';

/** A matrix [Out, In], laid out as PyTorch does, in memory that is not tfjs's. */
export interface LentWeight {
  readonly shape: readonly [Out: number, In: number];
  readonly kind: WeightKind;
  /** The values as a new float32 tensor [In, Out]: what the composed form of an operation works with. */
  toTensor(): tf.Tensor2D;
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
    shape: readonly [Out: number, In: number],
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
