/**
 * InternVL-C as stage 1 runs it: resident, synchronous, differentiable, with dropped tokens and stochastic
 * depth.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attentionPool } from '../contrastive/attention-pool.js';
import type { InternVLConfig } from '../contrastive/config.js';
import { projectText } from '../contrastive/internvl-c.js';
import { addResidual, type Residual } from '../nn/residual.js';
import type { Tensor } from '../nn/tensor.js';
import { lastTokenState, trainTextStates } from '../qllama/text-tower.js';
import { trainVisionBlocks } from '../vision/internvit.js';
import { embed } from '../vision/patch-embed.js';
import type { TrainableInternVLC } from './trainable.js';

export interface ImageForward {
  /** Takes tokens away before the blocks; all stay when left out. [B, N, C] → [B, M, C] */
  readonly dropTokens?: (tokens: Tensor<'B N C'>) => Tensor<'B N C'>;
  /** How the branches of block i join the stream. */
  readonly residual?: (i: number) => Residual;
}

/** InternViT(pixels), all tokens that were not dropped: [B, Y, X, 3] → [B, N, C]. */
export function imageStates(
  config: InternVLConfig,
  { model, visionBlocks }: Pick<TrainableInternVLC, 'model' | 'visionBlocks'>,
  pixels: Tensor<'B Y X 3'>,
  { dropTokens = (tokens) => tokens, residual = () => addResidual }: ImageForward = {},
): Tensor<'B N C'> {
  return tf.tidy(() => {
    const tokens = dropTokens(embed(config.vision, model.vision.embeddings, pixels));
    return trainVisionBlocks(config.vision, visionBlocks, tokens, residual);
  });
}

/** pool(InternViT(pixels)), not normalised: [B, Y, X, 3] → [B, E]. */
export function imageEmbeddings(
  config: InternVLConfig,
  trainable: TrainableInternVLC,
  pixels: Tensor<'B Y X 3'>,
  forward?: ImageForward,
): Tensor<'B E'> {
  return tf.tidy(() => {
    const states = imageStates(config, trainable, pixels, forward);
    return attentionPool(trainable.model.clipProjector, states, config.attnPoolNumHeads);
  });
}

/** LLaMA(ids) at the last real token, projected, not normalised: [B, T] → [B, E]. */
export function textEmbeddings(
  config: InternVLConfig,
  { model, textBlocks, tokenTable }: TrainableInternVLC,
  ids: Tensor<'B T'>,
): Tensor<'B E'> {
  return tf.tidy(() => {
    const params = { embedding: tokenTable, blocks: textBlocks, norm: model.text.norm };
    const states = trainTextStates(config.qllama, params, ids);
    return projectText(model.textProjection, lastTokenState(states, ids));
  });
}
