/**
 * Attention pooling: all tokens become one embedding. The query is the mean of the tokens.
 *
 * Paper: §3.2 (of InternViT's and of QLLaMA's outputs).   Official code: `AttentionPoolingBlock`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { dotProductAttention } from '../nn/dot-product-attention.js';
import { type LayerNorm, layerNorm } from '../nn/layer-norm.js';
import { type Linear, linear } from '../nn/linear.js';
import type { Tap } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/** PyTorch's default, which the official block leaves unchanged. */
const LAYER_NORM_EPS = 1e-5;

export interface AttentionPool {
  readonly normQ: LayerNorm;
  readonly normK: LayerNorm;
  readonly normV: LayerNorm;
  readonly q: Linear; //    [C, C]
  readonly k: Linear; //    [C, C]
  readonly v: Linear; //    [C, C]
  readonly proj: Linear; // [C, E]
}

/**
 * proj(attention(q(norm(mean(x))), k(norm(x)), v(norm(x)))): [B, N, C] → [B, E]. All tokens take part, the
 * class token too.
 */
export function attentionPool(
  params: AttentionPool,
  x: Tensor<'B N C'>,
  numHeads: number,
  tap?: Tap,
): Tensor<'B E'> {
  return tf.tidy(() => {
    const [B] = sizes(x, 'B N C', { C: params.normQ.weight.size });
    const mean = tf.mean(x, 1, true); // [B, 1, C]
    const query = linear(params.q, layerNorm(params.normQ, mean, LAYER_NORM_EPS));
    const keys = linear(params.k, layerNorm(params.normK, x, LAYER_NORM_EPS));
    tap?.('q', query);
    tap?.('k', keys);
    const values = linear(params.v, layerNorm(params.normV, x, LAYER_NORM_EPS));
    const pooled = dotProductAttention(query, keys, values, { numHeads }); // [B, 1, C]
    return tf.reshape(linear(params.proj, pooled), [B, -1]);
  });
}
