/** Additive attention masks: 0 where a query may look at a key, a huge negative number where not. */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';

/**
 * After softmax exactly 0, and a row that is masked everywhere stays finite. The official code has the smallest
 * float32, -3.4028235e38: tfjs's softmax on a GPU looks for values above -3.402823e38 only.
 */
const MASKED = -3.4028e38;

/** From 1 (may look) and 0 (may not) to 0 and −3.4e38. */
export function additiveMask<Axes extends string>(allowed: Tensor<Axes>): Tensor<Axes> {
  return tf.tidy(() => tf.mul(tf.sub(1, tf.cast(allowed, 'float32')), MASKED));
}

/** 1 on and below the diagonal: a token may look at itself and at those before it. [T, T] */
export function causalAllowed(T: number): Tensor<'T K'> {
  const allowed = new Float32Array(T * T);
  for (let t = 0; t < T; t++) allowed.fill(1, t * T, t * T + t + 1);
  return tf.tensor2d(allowed, [T, T]);
}

/** 1 where the token is real, 0 where it is padding (id 0): [B, T] → [B, T]. */
export function tokenMask(ids: Tensor<'B T'>): Tensor<'B T'> {
  return tf.tidy(() => tf.cast(tf.greater(ids, 0), 'float32'));
}

/** Causal, and no token looks at padding: 1 for real tokens and 0 for padding, [B, T] → [B, T, T]. */
export function causalMask(real: Tensor<'B T'>): Tensor<'B T K'> {
  return tf.tidy(() => {
    const [, T] = sizes(real, 'B T');
    return additiveMask(tf.mul(tf.expandDims(causalAllowed(T), 0), tf.expandDims(real, 1)) as tf.Tensor);
  });
}
