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
import type { Tap } from '../nn/tap.js';
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
 *
 * Stage 2 reads each image for several tasks at once: queries [R·B, Q, C], task after task, with images
 * [B, N, W]. The R·Q queries of an image then stand side by side, so that its keys and values are there once.
 */
export function crossAttention(
  config: QLlamaConfig,
  params: CrossAttention,
  queries: Tensor<'B Q C'>,
  image: Tensor<'B N W'>,
  tap?: Tap,
): Tensor<'B Q C'> {
  return tf.tidy(() => {
    const [rows] = sizes(queries, 'B Q C', { C: config.hiddenSize });
    const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
    if (rows % B !== 0) throw new RangeError(`expected queries for ${B} images (or a multiple), got ${rows}`);
    const normed = rmsNorm(params.norm2, image, config.normEps);
    const q: tf.Tensor = linear(params.qProj, rmsNorm(params.norm1, queries, config.normEps));
    const k = linear(params.kProj, normed);
    const v = linear(params.vProj, normed);
    tap?.('q', q);
    tap?.('k', k);
    const R = rows / B;
    const read = dotProductAttention(sideBySide(q, R), k, v, { numHeads: config.numHeads });
    return linear(params.oProj, oneAfterTheOther(read, R));
  });
}

/** [R·B, Q, C] → [B, R·Q, C] */
function sideBySide(q: tf.Tensor, R: number): tf.Tensor {
  return R === 1 ? q : tf.concat(tf.split(q, R), 1);
}

/** [B, R·Q, C] → [R·B, Q, C] */
function oneAfterTheOther(read: tf.Tensor, R: number): tf.Tensor {
  return R === 1 ? read : tf.concat(tf.split(read, R, 1), 0);
}
