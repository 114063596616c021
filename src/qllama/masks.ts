/**
 * Who may look at whom in QLLaMA: one mask for each thing that it does with queries and text.
 *
 * Paper: §3.2, §3.3.   Official code: `get_image_features`, `get_text_features`, `generate`, `forward` (stage 2).
 * Rows look, columns are looked at; queries come first. `real` is 1 for tokens and 0 for padding. Where the
 * official code adds two minima and clamps the sum, a place here is either allowed or not: the softmax is the same.
 */
import * as tf from '@tensorflow/tfjs-core';

import { additiveMask, causalAllowed, causalMask, tokenMask } from '../nn/mask.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/** Queries alone: they see each other in both directions. [B, Q, Q] */
export function imageMask(B: number, Q: number): Tensor<'B T K'> {
  return tf.zeros([B, Q, Q]);
}

/** Text alone, by its ids: causal, padding unseen. [B, T] → [B, T, T] */
export function textMask(ids: Tensor<'B T'>): Tensor<'B T K'> {
  return tf.tidy(() => causalMask(tokenMask(ids)));
}

/**
 * [queries ‖ prompt] for captions: queries see the queries, the prompt sees the queries and itself causally.
 * [B, T] → [B, Q + T, Q + T]
 */
export function generationMask(Q: number, real: Tensor<'B T'>): Tensor<'B T K'> {
  return tf.tidy(() => blocks(Q, real, { textSeesQueries: 1, queriesSeeText: 0, text: causalAllowed }));
}

/** [queries ‖ caption] for image-text matching: all see all, but for padding. [B, T] → [B, Q + T, Q + T] */
export function matchingMask(Q: number, real: Tensor<'B T'>): Tensor<'B T K'> {
  const all = (T: number): Tensor<'T K'> => tf.ones([T, T]);
  return tf.tidy(() => blocks(Q, real, { textSeesQueries: 1, queriesSeeText: 1, text: all }));
}

/**
 * [queries ‖ caption] for the contrastive loss of stage 2: two sequences side by side that do not see each other.
 * [B, T] → [B, Q + T, Q + T]
 */
export function contrastiveMask(Q: number, real: Tensor<'B T'>): Tensor<'B T K'> {
  return tf.tidy(() => blocks(Q, real, { textSeesQueries: 0, queriesSeeText: 0, text: causalAllowed }));
}

interface Quadrants {
  readonly textSeesQueries: 0 | 1;
  readonly queriesSeeText: 0 | 1;
  /** Which text token may look at which. */
  readonly text: (T: number) => Tensor<'T K'>;
}

/** Queries always see all queries; the other three quadrants are given; padding is seen by nobody. */
function blocks(
  Q: number,
  real: Tensor<'B T'>,
  { textSeesQueries, queriesSeeText, text }: Quadrants,
): Tensor<'B T K'> {
  const [B, T] = sizes(real, 'B T');
  const queryRows = tf.concat([tf.ones([Q, Q]), tf.fill([Q, T], queriesSeeText)], 1);
  const textRows = tf.concat([tf.fill([T, Q], textSeesQueries), text(T) as tf.Tensor], 1);
  const allowed = tf.concat([queryRows, textRows], 0);
  const keys = tf.concat([tf.ones([B, Q]), tf.cast(real, 'float32')], 1);
  const mask: tf.Tensor = additiveMask(tf.mul(tf.expandDims(allowed, 0), tf.expandDims(keys, 1)));
  return mask;
}
