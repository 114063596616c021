/**
 * Scaled dot-product attention, once for all its users: InternViT, QLLaMA, and the attention pool.
 *
 * Heads are multiplied one by one, as untransposed 2-D products: tfjs's batched product is several times
 * slower (256 heads of 65×48: 41 ms against 10 ms). Only for very small heads do the calls cost more than the
 * products.
 */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

export interface AttentionOptions {
  readonly numHeads: number;
  /** Added to the scores: 0 where a query may look, a huge negative number where not. */
  readonly mask?: Tensor<'B T K'> | undefined;
}

/**
 * softmax(q·kᵀ/√D + mask)·v per head, heads being contiguous chunks of D = C/H channels, joined again:
 * [B, T, C], [B, K, C], [B, K, C] → [B, T, C].
 *
 * @throws RangeError when shapes do not fit together, or the heads do not divide the channels.
 */
export function dotProductAttention(
  q: Tensor<'B T C'>,
  k: Tensor<'B K C'>,
  v: Tensor<'B K C'>,
  { numHeads: H, mask }: AttentionOptions,
): Tensor<'B T C'> {
  const [B, T, C] = sizes(q, 'B T C');
  const [, K] = sizes(k, 'B K C', { B, C });
  sizes(v, 'B K C', { B, K, C });
  if (mask) sizes(mask, 'B T K', { B, T, K });
  if (!(H >= 1 && Number.isInteger(H) && C % H === 0))
    throw new RangeError(`expected heads that divide C=${C}, got ${H}`);
  const fused = twin(mask ? 'MaskedAttention' : 'Attention')?.({ q, k, v, mask }, { numHeads: H });
  return fused ?? composedAttention(q, k, v, { numHeads: H, mask });
}

function composedAttention(
  q: Tensor<'B T C'>,
  k: Tensor<'B K C'>,
  v: Tensor<'B K C'>,
  { numHeads: H, mask }: AttentionOptions,
): Tensor<'B T C'> {
  return tf.tidy(() => {
    const [B, T, C] = sizes(q, 'B T C');
    const [, K] = sizes(k, 'B K C');
    const D = C / H;
    const scaled = tf.reshape(tf.mul(q, D ** -0.5), [B, T, H, D]);
    const queries = tf.reshape(tf.transpose(scaled, [0, 2, 1, 3]), [B * H, T, D]);
    const keys = tf.reshape(tf.transpose(tf.reshape(k, [B, K, H, D]), [0, 2, 3, 1]), [B * H, D, K]);
    const values = tf.reshape(tf.transpose(tf.reshape(v, [B, K, H, D]), [0, 2, 1, 3]), [B * H, K, D]);

    const scores = headProducts(queries, keys); //                                    [B·H, T, K]
    const weights = tf.softmax(mask ? masked(scores, mask, H) : scores);
    const mixed = headProducts(weights, values); //                                   [B·H, T, D]
    return tf.reshape(tf.transpose(tf.reshape(mixed, [B, H, T, D]), [0, 2, 1, 3]), [B, T, C]);
  });
}

/** Multiply-adds of one head below which the batched product is the faster one. */
const SMALL_HEAD = 2 ** 14;

/** a·b for each head: [heads, T, K], [heads, K, D] → [heads, T, D]. */
function headProducts(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [heads, T, K] = sizes(a as Tensor<'H T K'>, 'H T K');
  const [, , D] = sizes(b as Tensor<'H K D'>, 'H K D', { H: heads, K });
  if (T * K * D < SMALL_HEAD) return tf.matMul(a, b);
  const lefts = tf.split(tf.reshape(a, [heads * T, K]), heads);
  const rights = tf.split(tf.reshape(b, [heads * K, D]), heads);
  const products = lefts.map((left, i) => tf.matMul(left, rights[i] as tf.Tensor2D)); // equally many
  return tf.reshape(tf.concat(products, 0), [heads, T, D]);
}

function masked(scores: tf.Tensor, mask: Tensor<'B T K'>, H: number): tf.Tensor {
  const [heads, T, K] = sizes(scores as Tensor<'H T K'>, 'H T K');
  const B = heads / H;
  return tf.reshape(tf.add(tf.reshape(scores, [B, H, T, K]), tf.expandDims(mask, 1)), [B * H, T, K]);
}
