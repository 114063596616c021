/**
 * Self-attention of InternViT. Queries and keys are RMS-normalised, over all heads at once, before they meet.
 *
 * Paper: §3.2 (QK-norm for stable training).   Official code: `InternAttention`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { dotProductAttention } from '../nn/dot-product-attention.js';
import { type Linear, linear } from '../nn/linear.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import type { Tap } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { InternVitConfig } from './config.js';

export interface Attention {
  readonly qkv: Linear; //     [C, 3C]
  readonly qNorm?: RmsNorm; // [C], across all heads at once; absent without QK-norm
  readonly kNorm?: RmsNorm; // [C]
  readonly proj: Linear; //    [C, C]
}

/** softmax(q·kᵀ/√D)·v per head, heads joined and projected: [B, N, C] → [B, N, C]. */
export function attention(
  config: InternVitConfig,
  params: Attention,
  x: Tensor<'B N C'>,
  tap?: Tap,
): Tensor<'B N C'> {
  return tf.tidy(() => {
    const [B, N, C] = sizes(x, 'B N C', { C: config.hiddenSize });
    const qkv = linear(params.qkv, x); // [B, N, 3C]
    tap?.('qkv', qkv);
    const [q, k, v] = tf.split(tf.reshape(qkv, [B, N, 3 * C]), 3, 2) as Qkv; // each [B, N, C]

    const queries = params.qNorm ? rmsNorm(params.qNorm, q, config.normEps) : q;
    const keys = params.kNorm ? rmsNorm(params.kNorm, k, config.normEps) : k;
    tap?.('q_norm', queries);
    tap?.('k_norm', keys);

    const mixed = dotProductAttention(queries, keys, v, { numHeads: config.numHeads });
    const y = linear(params.proj, mixed);
    tap?.('attn', y);
    return y;
  });
}

type Qkv = [tf.Tensor, tf.Tensor, tf.Tensor]; // split in three
