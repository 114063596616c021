/**
 * One layer of QLLaMA as the learnable queries pass through it: LLaMA's layer, and in every second one a look
 * at the image between self-attention and MLP.
 *
 * Paper: §3.2, figure 4.   Official code: `LlamaDecoderLayer` with vision states.
 */
import * as tf from '@tensorflow/tfjs-core';

import { rmsNorm } from '../nn/rms-norm.js';
import type { Tap } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import { type Sequence, selfAttention } from './attention.js';
import type { QLlamaConfig } from './config.js';
import { type CrossAttention, crossAttention } from './cross-attention.js';
import { gatedMlp } from './mlp.js';
import type { TextBlock } from './text-block.js';

export interface QueryBlock extends TextBlock {
  /** In layers 0, 2, 4… */
  readonly crossAttn?: CrossAttention;
}

/**
 * x ← x + selfAttention(norm(x));  x ← x + crossAttention(x, image);  x ← x + mlp(norm(x)):
 * [B, Q, C], [B, N, W] → [B, Q, C].
 */
export function queryBlock(
  config: QLlamaConfig,
  params: QueryBlock,
  x: Tensor<'B Q C'>,
  image: Tensor<'B N W'>,
  { sequence, tap }: { readonly sequence: Sequence; readonly tap?: Tap | undefined },
): Tensor<'B Q C'> {
  return tf.tidy(() => {
    const normed: tf.Tensor = rmsNorm(params.inputNorm, x, config.normEps);
    const attended = selfAttention(config, params.selfAttn, normed, sequence);
    tap?.('self_attn', attended);
    const afterAttention: tf.Tensor = tf.add(x, attended);
    const afterImage = lookAtImage(config, params, afterAttention, { image, tap });
    const transformed = gatedMlp(params.mlp, rmsNorm(params.postAttentionNorm, afterImage, config.normEps));
    return tf.add(afterImage, transformed);
  });
}

function lookAtImage(
  config: QLlamaConfig,
  { crossAttn }: QueryBlock,
  x: Tensor<'B Q C'>,
  { image, tap }: { readonly image: Tensor<'B N W'>; readonly tap?: Tap | undefined },
): Tensor<'B Q C'> {
  if (crossAttn === undefined) return x;
  const seen = crossAttention(config, crossAttn, x, image);
  tap?.('cross_attn', seen);
  return tf.add(x, seen);
}
