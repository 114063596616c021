/**
 * InternVL-C: InternViT and LLaMA side by side, their outputs pooled into one space.
 *
 * Paper: §3.3, figure 4 (InternVL-C).   Official code: `InternVL_C`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { joinParts, mapParts } from '../nn/parts.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { partRows, type TowerOptions } from '../nn/tower-options.js';
import { lastTokenState, type TextTower, textStates } from '../qllama/text-tower.js';
import { type InternVit, internVit } from '../vision/internvit.js';
import { type AttentionPool, attentionPool } from './attention-pool.js';
import type { InternVLConfig } from './config.js';

export interface InternVLC {
  readonly vision: InternVit;
  readonly clipProjector: AttentionPool;
  readonly text: TextTower;
  readonly textProjection: Tensor<'C E'>; // applied as x·P, unlike the other matrices of the checkpoint
  readonly logitScale: Tensor<''>; //        logarithm of the temperature's inverse
}

/** pool(InternViT(pixels)), not normalised: [B, Y, X, 3] → [B, E]. */
export async function encodeImage(
  config: InternVLConfig,
  params: Pick<InternVLC, 'vision' | 'clipProjector'>,
  pixels: Tensor<'B Y X 3'>,
  options: TowerOptions = {},
): Promise<Tensor<'B E'>> {
  const states = await internVit(config.vision, params.vision, pixels, options);
  try {
    const pool = (part: Tensor<'B N C'>) =>
      attentionPool(params.clipProjector, part, config.attnPoolNumHeads);
    return joinParts(mapParts(states, partRows(options), pool));
  } finally {
    states.dispose();
  }
}

/**
 * LLaMA(ids) at the last real token, projected, not normalised: [B, T] → [B, E]. Ids are right-padded with 0.
 */
export async function encodeText(
  config: InternVLConfig,
  params: Pick<InternVLC, 'text' | 'textProjection'>,
  ids: Tensor<'B T'>,
  options: TowerOptions = {},
): Promise<Tensor<'B E'>> {
  const states = await textStates(config.qllama, params.text, ids, options);
  try {
    return tf.tidy(() => projectText(params.textProjection, lastTokenState(states, ids)));
  } finally {
    states.dispose();
  }
}

/** x·P: [B, C] → [B, E]. */
export function projectText(textProjection: Tensor<'C E'>, x: Tensor<'B C'>): Tensor<'B E'> {
  const [, C] = sizes(x, 'B C');
  sizes(textProjection, 'C E', { C });
  return tf.matMul(x as tf.Tensor2D, textProjection as tf.Tensor2D); // ranks by their labels
}
