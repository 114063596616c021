/**
 * One space for images and texts: cosine, sharpened by the learned temperature.
 *
 * Paper: §3.2.   Official code: `InternVLModel.forward`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { l2Normalize } from '../nn/l2-normalize.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/**
 * exp(logitScale)·cos(image, text): [B, E], [K, E] → logits per image [B, K]. Their transpose are the logits
 * per text.
 */
export function similarity(
  logitScale: Tensor<''>,
  imageEmbeds: Tensor<'B E'>,
  textEmbeds: Tensor<'K E'> | Tensor<'B E'>,
): Tensor<'B K'> {
  return tf.tidy(() => {
    const [, E] = sizes(imageEmbeds, 'B E');
    sizes(textEmbeds as Tensor<'K E'>, 'K E', { E });
    const images = tf.mul(l2Normalize(imageEmbeds), tf.exp(logitScale));
    const texts = tf.transpose(l2Normalize(textEmbeds));
    return tf.matMul(images as tf.Tensor2D, texts as tf.Tensor2D); // ranks of the arguments
  });
}
