/**
 * Whether a caption belongs to an image, by the queries that have seen both.
 *
 * Paper: §3.2 (image-text matching of stage 2).   Official code: `itm_head`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type Linear, linear } from '../nn/linear.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/** `itm_head`: [C, 2] with bias. Class 0: another image's caption, class 1: this image's. */
export type MatchingHead = Linear;

/** The mean over the queries of states·W + b: [B, Q, C] → [B, 2]. */
export function matchLogits(head: MatchingHead, states: Tensor<'B Q C'>): Tensor<'B 2'> {
  return tf.tidy(() => {
    sizes(states, 'B Q C');
    return tf.mean(linear(head, states), 1);
  });
}

/** softmax(logits)₁: [B, 2] → [B]. */
export function matchProbability(logits: Tensor<'B 2'>): Tensor<'B'> {
  return tf.tidy(() => {
    sizes(logits, 'B 2', { '2': 2 });
    return tf.squeeze(tf.slice(tf.softmax(logits as tf.Tensor2D), [0, 1], [-1, 1]), [1]);
  });
}
