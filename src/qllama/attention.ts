/**
 * Self-attention of QLLaMA: LLaMA's, with rotary positions.
 *
 * Paper: §3.2.   Official code: `LlamaAttention`.
 * The official code divides the scores by √D after the product, ours scales the queries before it: rounding
 * differs.
 */
import * as tf from '@tensorflow/tfjs-core';

import { dotProductAttention } from '../nn/dot-product-attention.js';
import { type Linear, linear } from '../nn/linear.js';
import { type RopeTable, rotate } from '../nn/rope.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { QLlamaConfig } from './config.js';

export interface SelfAttention {
  readonly qProj: Linear; // [C, C], no biases
  readonly kProj: Linear;
  readonly vProj: Linear;
  readonly oProj: Linear;
}

/** What all layers of one pass share: where the tokens stand and which of them may see which. */
export interface Sequence {
  readonly rope: RopeTable; //            [T, D/2]
  readonly mask?: Tensor<'B T K'>; // additive; absent where all see all
}

/** softmax(rope(q)·rope(k)ᵀ/√D + mask)·v per head, joined and projected: [B, T, C] → [B, T, C]. */
export function selfAttention(
  config: QLlamaConfig,
  params: SelfAttention,
  x: Tensor<'B T C'>,
  { rope, mask }: Sequence,
): Tensor<'B T C'> {
  return tf.tidy(() => {
    sizes(x, 'B T C', { C: config.hiddenSize });
    const { numHeads } = config;
    const queries = rotate(linear(params.qProj, x), rope, numHeads);
    const keys = rotate(linear(params.kProj, x), rope, numHeads);
    const values = linear(params.vProj, x);
    return linear(
      params.oProj,
      dotProductAttention(queries, keys, values, { numHeads, ...(mask && { mask }) }),
    );
  });
}
