/**
 * One layer of QLLaMA as text passes through it: the cross-attention belongs to the queries and is left out.
 *
 * Paper: §3.2.   Official code: `LlamaDecoderLayer` without vision states.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import type { Tap } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import { type SelfAttention, type Sequence, selfAttention } from './attention.js';
import type { QLlamaConfig } from './config.js';
import { type GatedMlp, gatedMlp } from './mlp.js';

export interface TextBlock {
  readonly inputNorm: RmsNorm;
  readonly selfAttn: SelfAttention;
  readonly postAttentionNorm: RmsNorm;
  readonly mlp: GatedMlp;
}

/** x ← x + selfAttention(norm(x));  x ← x + mlp(norm(x)): [B, T, C] → [B, T, C]. */
export function textBlock(
  config: QLlamaConfig,
  params: TextBlock,
  x: Tensor<'B T C'>,
  sequence: Sequence,
  tap?: Tap,
): Tensor<'B T C'> {
  return tf.tidy(() => {
    const attended = selfAttention(
      config,
      params.selfAttn,
      rmsNorm(params.inputNorm, x, config.normEps),
      sequence,
    );
    tap?.('self_attn', attended);
    const afterAttention = tf.add(x, attended);
    const normed = rmsNorm(params.postAttentionNorm, afterAttention, config.normEps);
    return tf.add(afterAttention, gatedMlp(params.mlp, normed));
  });
}
