/**
 * Image-text matching (ITM): queries that have seen an image and a caption shall know whether the two belong
 * together.
 *
 * Paper: §3.3 (stage 2).   Official code: the ITM part of `forward` (`internvl_stage2`). There is no mining of hard
 * negatives: the data give a caption of another image.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type MatchingHead, matchLogits } from '../generative/matching-head.js';
import { crossEntropy } from '../nn/cross-entropy.js';
import type { Tensor } from '../nn/tensor.js';
import { classTargets } from './class-targets.js';

/** Labels of a pair: a caption of another image, a caption of this one. */
export const otherImage = 0;
export const sameImage = 1;

/**
 * CE(mean over the queries of states·W + b, labels): [B, Q, C] → scalar, the mean over the rows that are not
 * labelled `ignoredLabel`.
 *
 * @throws RangeError when there are not as many labels as rows, or all are ignored.
 */
export function matchingLoss(
  head: MatchingHead,
  states: Tensor<'B Q C'>,
  labels: readonly number[],
): tf.Scalar {
  return tf.tidy(() => crossEntropy(matchLogits(head, states) as tf.Tensor, classTargets(labels, 2)));
}
