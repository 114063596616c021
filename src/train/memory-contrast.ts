/**
 * Contrast with all concepts, of which a batch holds a part: each image shall know its concept's text among those that
 * earlier batches left, and each text its concept's image.
 *
 * The paper's batch of 164,000 pairs holds everything many times over; this comes near to it with a batch of 128.
 * The right answer is a remembered one, too: were it the fresh one, the model would learn to tell fresh embeddings from
 * old ones.   Source: momentum contrast (He et al. 2020), cross-batch memory (Wang et al. 2020).
 */
import * as tf from '@tensorflow/tfjs-core';

import { similarity } from '../contrastive/similarity.js';
import { crossEntropy } from '../nn/cross-entropy.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { ignoredLabel } from '../text/training-sample.js';
import { classTargets } from './class-targets.js';

/** What is remembered of M concepts: constants of the loss. */
export interface ConceptEmbeddings {
  readonly images: Tensor<'M E'>;
  readonly texts: Tensor<'M E'>;
  /** 0, or a huge negative number for a concept that is not known yet. */
  readonly mask: Tensor<'M'>;
}

/**
 * ½·[CE(exp(s)·cos(image, M_text) + mask, concept) + CE(exp(s)·cos(text, M_image) + mask, concept)]:
 * [B, E], [B, E] → scalar, the mean over the rows that have a concept.
 *
 * @throws RangeError when a concept is none of the M, or all rows have `ignoredLabel`.
 */
export function memoryContrast(
  images: Tensor<'B E'>,
  texts: Tensor<'B E'>,
  logitScale: Tensor<''>,
  memory: ConceptEmbeddings,
  concepts: readonly number[],
): tf.Scalar {
  return tf.tidy(() => {
    const imageToText = amongAll(images, memory.texts as tf.Tensor, logitScale, memory, concepts);
    const textToImage = textsWithMemory(texts, logitScale, memory, concepts);
    return tf.mul(tf.add(imageToText, textToImage), 0.5) as tf.Scalar; // of scalars
  });
}

/** The second half alone: CE(exp(s)·cos(text, M_image) + mask, concept). */
export function textsWithMemory(
  texts: Tensor<'B E'>,
  logitScale: Tensor<''>,
  memory: ConceptEmbeddings,
  concepts: readonly number[],
): tf.Scalar {
  return tf.tidy(() => amongAll(texts, memory.images as tf.Tensor, logitScale, memory, concepts));
}

function amongAll(
  from: Tensor<'B E'>,
  remembered: Tensor<'K E'>,
  logitScale: Tensor<''>,
  { mask }: Pick<ConceptEmbeddings, 'mask'>,
  concepts: readonly number[],
): tf.Scalar {
  const [M] = sizes(mask, 'M');
  return crossEntropy(tf.add(similarity(logitScale, from, remembered), mask), classTargets(concepts, M));
}

/** Whether any row has a concept to be judged by. */
export const hasConcepts = (concepts: readonly number[]): boolean =>
  concepts.some((concept) => concept !== ignoredLabel);
