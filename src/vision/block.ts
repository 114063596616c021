/**
 * One block of InternViT: pre-norm attention and MLP, each branch scaled per channel (LayerScale) and added.
 *
 * Paper: §3.2.   Official code: `InternVisionEncoderLayer`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { addResidual, type Residual } from '../nn/residual.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import type { Tap } from '../nn/tap.js';
import type { Tensor } from '../nn/tensor.js';
import { type Attention, attention } from './attention.js';
import type { InternVitConfig } from './config.js';
import { type Mlp, mlp } from './mlp.js';

export interface Block {
  readonly norm1: RmsNorm;
  readonly attn: Attention;
  readonly ls1: Tensor<'C'>;
  readonly norm2: RmsNorm;
  readonly mlp: Mlp;
  readonly ls2: Tensor<'C'>;
}

export interface BlockOptions {
  readonly tap?: Tap | undefined;
  /** How branches join the stream; training replaces the plain sum by stochastic depth. */
  readonly residual?: Residual | undefined;
}

/** x ← x + attention(norm₁(x))·ls₁;  x ← x + mlp(norm₂(x))·ls₂: [B, N, C] → [B, N, C]. */
export function block(
  config: InternVitConfig,
  params: Block,
  x: Tensor<'B N C'>,
  { tap, residual = addResidual }: BlockOptions = {},
): Tensor<'B N C'> {
  return tf.tidy(() => {
    const normed = rmsNorm(params.norm1, x, config.normEps);
    tap?.('norm1', normed);
    const attended = attention(config, params.attn, normed, tap);
    const afterAttention = residual(x, attended, params.ls1);
    tap?.('after_attn', afterAttention);

    const transformed = mlp(params.mlp, rmsNorm(params.norm2, afterAttention, config.normEps));
    tap?.('mlp', transformed);
    return residual(afterAttention, transformed, params.ls2);
  });
}
