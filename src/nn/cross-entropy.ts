/** Cross-entropy of logits with target distributions. */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

/**
 * −mean over rows of Σ targets∘log softmax(logits): [B, K], [B, K] → scalar. Differentiable by the logits; the
 * targets are constants.
 *
 * @throws RangeError when the shapes differ, or there is nothing to take the mean of.
 */
export function crossEntropy(logits: Tensor<'B K'>, targets: Tensor<'B K'>): tf.Scalar {
  const [B, K] = sizes(logits, 'B K');
  sizes(targets, 'B K', { B, K });
  if (logits.size === 0) throw new RangeError(`expected logits of rows and classes, got [${B}, ${K}]`);
  const fused = twin('CrossEntropy')?.({ logits, targets });
  return tf.tidy(() => {
    if (fused) return tf.mean(fused) as tf.Scalar; // over all axes
    const likelihood = tf.sum(tf.mul(tf.logSoftmax(logits as tf.Tensor), targets));
    return tf.div(tf.neg(likelihood), B) as tf.Scalar; // of a sum over everything
  });
}
