/**
 * Contrast with more negatives than a batch has: embeddings that earlier batches left, one a concept.
 *
 * The paper's batch of 164,000 pairs holds everything many times over. A small batch comes near to it with a memory of
 * recent embeddings, which change slowly.   Source: cross-batch memory (Wang et al. 2020).
 */
import * as tf from '@tensorflow/tfjs-core';

import { similarity } from '../contrastive/similarity.js';
import { crossEntropy } from '../nn/cross-entropy.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { classTargets } from './class-targets.js';

/** What is remembered of M concepts, constants of the loss. */
export interface MemoryNegatives {
  readonly images: Tensor<'M E'>;
  readonly texts: Tensor<'M E'>;
  /** 0 where a concept is no answer for a row, a huge negative number where it may be, or is not known yet. */
  readonly mask: Tensor<'B M'>;
}

/**
 * ½·[CE([S ‖ exp(s)·cos(image, M_text) + mask], Y) + CE([Sᵀ ‖ exp(s)·cos(text, M_image) + mask], Y)], Y the diagonal of S:
 * [B, E], [B, E] → scalar.
 */
export function memoryContrast(
  images: Tensor<'B E'>,
  texts: Tensor<'B E'>,
  logitScale: Tensor<''>,
  memory: MemoryNegatives,
): tf.Scalar {
  return tf.tidy(() => {
    const [B] = sizes(images, 'B E');
    const own: tf.Tensor = similarity(logitScale, images, texts);
    const [M] = sizes(memory.texts, 'M E');
    const targets = classTargets(
      Array.from({ length: B }, (_, row) => row),
      B + M,
    );
    const loss = (first: tf.Tensor, from: Tensor<'B E'>, remembered: tf.Tensor) => {
      const others = tf.add(similarity(logitScale, from, remembered as Tensor<'K E'>), memory.mask);
      return crossEntropy(tf.concat([first, others], 1), targets);
    };
    const both = tf.add(loss(own, images, memory.texts), loss(tf.transpose(own), texts, memory.images));
    return tf.mul(both, 0.5) as tf.Scalar; // of scalars
  });
}
