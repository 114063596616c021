/**
 * The loss of stage 1: each image shall know its text among those of the batch, and each text its image.
 *
 * Paper: §3.3, the objective of CLIP.   Official code: the ITC part of `InternVLModel.forward`.
 * The official code never clamps the learned temperature; neither do we.
 */
import * as tf from '@tensorflow/tfjs-core';

import { similarity } from '../contrastive/similarity.js';
import { crossEntropy } from '../nn/cross-entropy.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/**
 * ½·[CE(S, diagonal) + CE(Sᵀ, diagonal)] with S = exp(logitScale)·cos(image, text): [B, E], [B, E] → scalar.
 * Row i of both belongs together. `labelSmoothing` ε moves that share of the target to all B columns evenly,
 * as PyTorch does.
 *
 * @throws RangeError when the two batches differ in size.
 */
export function contrastiveLoss(
  imageEmbeds: Tensor<'B E'>,
  textEmbeds: Tensor<'B E'>,
  logitScale: Tensor<''>,
  labelSmoothing = 0,
): tf.Scalar {
  return tf.tidy(() => {
    const [B, E] = sizes(imageEmbeds, 'B E');
    sizes(textEmbeds, 'B E', { B, E });
    const columns: tf.Tensor = textEmbeds; // another batch axis than the images' to the type checker
    const logits = similarity(logitScale, imageEmbeds, columns); // [B, B]
    const targets = smoothedDiagonal(B, labelSmoothing);
    const loss = tf.add(
      crossEntropy(logits, targets),
      crossEntropy(tf.transpose(logits) as tf.Tensor, targets),
    );
    return tf.mul(loss, 0.5) as tf.Scalar; // both terms are sums over everything
  });
}

/** (1 − ε)·I + ε/B: [B, B]. */
function smoothedDiagonal(B: number, epsilon: number): tf.Tensor {
  const values = new Float32Array(B * B).fill(epsilon / B);
  for (let i = 0; i < B; i++) values[i * B + i] = 1 - epsilon + epsilon / B;
  return tf.tensor2d(values, [B, B]);
}
