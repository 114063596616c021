/**
 * Image-text contrast (ITC): each image shall know its text among those of the batch, and each text its image.
 *
 * Paper: §3.3, the objective of CLIP; in stage 2 one of three.   Official code: the ITC part of
 * `InternVLModel.forward`.
 * The official code never clamps the learned temperature; neither do we.
 */
import * as tf from '@tensorflow/tfjs-core';

import { similarity } from '../contrastive/similarity.js';
import { crossEntropy } from '../nn/cross-entropy.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { ignoredLabel } from '../text/training-sample.js';
import { classTargets } from './class-targets.js';

/**
 * ½·[CE(S, Y) + CE(Sᵀ, Y)] with S = exp(logitScale)·cos(image, text): [B, E], [B, E] → scalar. Row r of the
 * targets Y [B, B] tells which texts belong to image r, and which images to text r; without them row i of both
 * belongs together.
 *
 * @throws RangeError when the two batches, or the targets, differ in size.
 */
export function contrastiveLoss(
  imageEmbeds: Tensor<'B E'>,
  textEmbeds: Tensor<'B E'>,
  logitScale: Tensor<''>,
  targets?: Tensor<'B K'>,
): tf.Scalar {
  return tf.tidy(() => {
    const [B, E] = sizes(imageEmbeds, 'B E');
    sizes(textEmbeds, 'B E', { B, E });
    const columns: tf.Tensor = textEmbeds; // another batch axis than the images' to the type checker
    const logits = similarity(logitScale, imageEmbeds, columns); // [B, B]
    const belongs = targets ?? pairTargets(Array.from({ length: B }, () => true));
    const loss = tf.add(
      crossEntropy(logits, belongs),
      crossEntropy(tf.transpose(logits) as tf.Tensor, belongs),
    );
    return tf.mul(loss, 0.5) as tf.Scalar; // both terms are sums over everything
  });
}

/**
 * Image and text of one row belong together, and to no other: [B, B]. A row that does not count stays among the
 * negatives of the others.
 */
export function pairTargets(counts: readonly boolean[], labelSmoothing = 0): Tensor<'B K'> {
  const labels = counts.map((countsHere, row) => (countsHere ? row : ignoredLabel));
  return classTargets(labels, labels.length, labelSmoothing);
}

/**
 * Texts of the same image (equal ids) share it evenly: Y = 1[id_r = id_c], each row divided by its sum. [B, B]
 *
 * Official code: the soft targets of retrieval fine-tuning.
 */
export function sameImageTargets(imageIds: readonly number[]): Tensor<'B K'> {
  const rows = imageIds.map((id) => {
    const same = imageIds.map((other) => (other === id ? 1 : 0));
    const count = same.filter((value) => value === 1).length;
    return same.map((value) => value / count);
  });
  return tf.tensor2d(rows);
}
