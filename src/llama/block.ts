/**
 * One layer of LLaMA, in two halves: QLLaMA puts a look at the image between them.
 *
 * Paper: §3.2.   Official code: `LlamaDecoderLayer`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import type { Tap } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import { type SelfAttention, type Sequence, selfAttention } from './attention.js';
import type { KeyValues } from './cache.js';
import type { LlamaConfig } from './config.js';
import { type GatedMlp, gatedMlp } from './mlp.js';

export interface LlamaBlock {
  readonly inputNorm: RmsNorm;
  readonly selfAttn: SelfAttention;
  readonly postAttentionNorm: RmsNorm;
  readonly mlp: GatedMlp;
}

export interface BlockOptions {
  readonly sequence: Sequence;
  /** Keys and values of the tokens before. */
  readonly past?: KeyValues | undefined;
  readonly tap?: Tap | undefined;
}

/** A layer's output, and what its attention has seen. */
export type BlockOutput = {
  readonly x: Tensor<'B T C'>;
  readonly seen: KeyValues;
};

/** x ← x + selfAttention(norm(x));  x ← x + mlp(norm(x)): [B, T, C] → [B, T, C]. */
export function llamaBlock(
  config: LlamaConfig,
  params: LlamaBlock,
  x: Tensor<'B T C'>,
  options: BlockOptions,
): BlockOutput {
  return tf.tidy(() => {
    const { x: afterAttention, seen } = attend(config, params, x, options);
    return { x: transform(config, params, afterAttention), seen };
  });
}

/** The first half: x + selfAttention(norm(x)). */
export function attend(
  config: LlamaConfig,
  { inputNorm, selfAttn }: LlamaBlock,
  x: Tensor<'B T C'>,
  { sequence, past, tap }: BlockOptions,
): BlockOutput {
  return tf.tidy(() => {
    const normed = rmsNorm(inputNorm, x, config.normEps);
    const { attended, seen } = selfAttention(config, selfAttn, normed, sequence, past);
    tap?.('self_attn', attended);
    return { x: tf.add(x, attended), seen };
  });
}

/** The second half: x + mlp(norm(x)). */
export function transform(
  config: LlamaConfig,
  { postAttentionNorm, mlp }: LlamaBlock,
  x: Tensor<'B T C'>,
): Tensor<'B T C'> {
  return tf.tidy(() => tf.add(x, gatedMlp(mlp, rmsNorm(postAttentionNorm, x, config.normEps))));
}

/** A layer's output alone: what its attention has seen is freed. */
export const outputAlone = (layer: () => BlockOutput): Tensor<'B T C'> => tf.tidy(() => layer().x);
