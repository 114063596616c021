/** From the tensors of a case to those of the model: pixels channels last, ids as integers. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';
import type { Values } from './compare.js';

/** The same values as a float32 tensor; the caller owns it. */
export function tensorOf<Axes extends string>({ shape, data }: Values): Tensor<Axes> {
  return tf.tensor(Float32Array.from(data), [...shape], 'float32');
}

/** PyTorch's pictures for the model: [B, 3, Y, X] → [B, Y, X, 3]. The caller owns the result. */
export function pixelsOf(values: Values): Tensor<'B Y X 3'> {
  expectRank(values, 'pixel_values [B, 3, H, W]', 4);
  return tf.tidy(() => tf.transpose(tensorOf(values), [0, 2, 3, 1]));
}

/** Token ids as int32: [B, T]. The caller owns the result. */
export function idsOf(values: Values): Tensor<'B T'> {
  expectRank(values, 'input_ids [B, T]', 2);
  return tf.tensor(Int32Array.from(values.data), [...values.shape], 'int32');
}

function expectRank({ shape }: Values, what: string, rank: number): void {
  if (shape.length !== rank) throw new RangeError(`expected ${what}, got [${shape.join(', ')}]`);
}
