/** One space for images and texts: cosine, sharpened by the learned temperature. Paper: §3.2.   Official code: `InternVLModel.forward`. */
import * as tf from '@tensorflow/tfjs-core';

import { l2Normalize } from '../nn/l2-normalize.js';
import type { Tensor } from '../nn/tensor.js';

/** exp(logitScale)·cos(image, text): [B, E], [K, E] → logits per image [B, K]. The transpose gives logits per text. */
export function similarity(
  logitScale: Tensor<''>,
  imageEmbeds: Tensor<'B E'>,
  textEmbeds: Tensor<'K E'> | Tensor<'B E'>,
): Tensor<'B K'> {
  return tf.tidy(() => {
    const images = tf.mul(l2Normalize(imageEmbeds), tf.exp(logitScale)) as tf.Tensor2D; // rank of the argument
    return tf.matMul(images, tf.transpose(l2Normalize(textEmbeds)) as tf.Tensor2D);
  });
}
