/** Unit vectors, for comparing by cosine. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from './tensor.js';

/** x / ‖x‖₂ over the last axis, without an epsilon, as the official forward: [..., E] → [..., E]. */
export function l2Normalize<Axes extends string>(x: Tensor<Axes>): Tensor<Axes> {
  return tf.tidy(() => tf.div(x, tf.sqrt(tf.sum(tf.square(x), -1, true))));
}
