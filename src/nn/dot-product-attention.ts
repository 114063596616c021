/**
 * Scaled dot-product attention, once for all its users: InternViT, QLLaMA, and the attention pool.
 *
 * Every product is an untransposed 2-D one per head: tfjs's batched product is more than ten times slower. Heads are
 * cut with `split` and joined with `concat`, whose gradients are each other (that of `slice` would pad every head to full size).
 */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';

export interface AttentionOptions {
  readonly numHeads: number;
  /** Added to the scores: 0 where a query may look, a huge negative number where not. */
  readonly mask?: Tensor<'B T K'>;
}

/**
 * softmax(q·kᵀ/√D + mask)·v per head, heads being contiguous chunks of D = C/H channels, joined again:
 * [B, T, C], [B, K, C], [B, K, C] → [B, T, C].
 */
export function dotProductAttention(
  q: Tensor<'B T C'>,
  k: Tensor<'B K C'>,
  v: Tensor<'B K C'>,
  { numHeads: H, mask }: AttentionOptions,
): Tensor<'B T C'> {
  return tf.tidy(() => {
    const [B, T, C] = sizes(q, 'B T C');
    const [, K] = sizes(k, 'B K C', { B, C });
    const D = C / H;
    const split = (x: tf.Tensor, order: number[], rows: number): tf.Tensor2D[] =>
      tf.split(tf.reshape(tf.transpose(x, order), [B * H * rows, -1]), B * H) as tf.Tensor2D[]; // rank 2 by the reshape

    const queries = split(tf.reshape(tf.mul(q, D ** -0.5), [B, T, H, D]), [0, 2, 1, 3], T); // B·H of [T, D]
    const keys = split(tf.reshape(k, [B, K, H, D]), [0, 2, 3, 1], D); //                       B·H of [D, K]
    const values = split(tf.reshape(v, [B, K, H, D]), [0, 2, 1, 3], K); //                     B·H of [K, D]

    const scores = products(queries, keys); //                                                 [B·H·T, K]
    const weights = tf.softmax(mask ? masked(scores, mask, H) : scores);
    const mixed = products(tf.split(weights, B * H) as tf.Tensor2D[], values); //              [B·H·T, D]
    return tf.reshape(tf.transpose(tf.reshape(mixed, [B, H, T, D]), [0, 2, 1, 3]), [B, T, C]);
  });
}

/** The products of two lists of matrices, one below the other. */
function products(left: readonly tf.Tensor2D[], right: readonly tf.Tensor2D[]): tf.Tensor {
  const each = left.map((a, i) => tf.matMul(a, right[i] as tf.Tensor2D)); // the lists are equally long
  return tf.concat(each, 0);
}

function masked(scores: tf.Tensor, mask: Tensor<'B T K'>, H: number): tf.Tensor {
  const [B, T, K] = sizes(mask, 'B T K');
  return tf.reshape(tf.add(tf.reshape(scores, [B, H, T, K]), tf.expandDims(mask, 1)), [B * H * T, K]);
}
