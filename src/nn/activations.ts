/** The two activation functions of the model. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from './tensor.js';

/** x·Φ(x) = ½·x·(1 + erf(x/√2)), exact: the tanh approximation is off by up to 5e-4. Used by InternViT. */
export function gelu(x: Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

/** x·σ(x). Used by QLLaMA. */
export function silu(x: Tensor): tf.Tensor {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}
