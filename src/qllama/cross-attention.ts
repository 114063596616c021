/**
 * The cross-attention with which QLLaMA's queries read the image: no positions, no mask, no gate, no biases.
 *
 * Paper: §3.2 (cross-attention newly added to LLaMA).   Official code: `LlamaCrossAttention`.
 * The official class fixes the image's width to 3200; here it is the configuration's.
 */
import * as tf from '@tensorflow/tfjs-core';

import { dotProductAttention } from '../nn/dot-product-attention.js';
import { type Linear, linear } from '../nn/linear.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { QLlamaConfig } from './config.js';

export interface CrossAttention {
  readonly norm1: RmsNorm; // [C], of the queries
  readonly norm2: RmsNorm; // [W], of the image tokens
  readonly qProj: Linear; //  [C, C]
  readonly kProj: Linear; //  [W, C]
  readonly vProj: Linear; //  [W, C]
  readonly oProj: Linear; //  [C, C]
}

/**
 * softmax(q·kᵀ/√D)·v with q from the queries, k and v from all image tokens (the class token too), projected:
 * [B, Q, C], [B, N, W] → [B, Q, C].
 */
export function crossAttention(
  config: QLlamaConfig,
  params: CrossAttention,
  queries: Tensor<'B Q C'>,
  image: Tensor<'B N W'>,
): Tensor<'B Q C'> {
  return tf.tidy(() => {
    const [B] = sizes(queries, 'B Q C', { C: config.hiddenSize });
    sizes(image, 'B N W', { B, W: config.visionHiddenSize });
    const normed = rmsNorm(params.norm2, image, config.normEps);
    const q: tf.Tensor = linear(params.qProj, rmsNorm(params.norm1, queries, config.normEps));
    const [k, v] = [linear(params.kProj, normed), linear(params.vProj, normed)];
    return linear(params.oProj, dotProductAttention(q, k, v, { numHeads: config.numHeads }));
  });
}
