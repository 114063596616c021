/**
 * InternVL-G: InternVL-C, and QLLaMA's queries, which read more out of an image than its tokens say. The same
 * weights write captions and match texts.
 *
 * Paper: §3.3, figure 4 (InternVL-G).   Official code: `InternVL_G`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { l2Normalize } from '../nn/l2-normalize.js';
import type { Linear } from '../nn/linear.js';
import type { Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import type { QLlama } from '../qllama/qllama.js';
import { type QueryTower, queryStates } from '../qllama/query-tower.js';
import { internVit } from '../vision/internvit.js';
import { type AttentionPool, attentionPool } from './attention-pool.js';
import type { InternVLConfig } from './config.js';
import type { InternVLC } from './internvl-c.js';

export interface InternVLG extends InternVLC, QLlama {
  readonly clipProjector2: AttentionPool; // over the queries
  readonly itmHead: Linear; //               [C, 2]
}

/** InternViT's tokens, then `poolWithQueries`, not normalised: [B, Y, X, 3] → [B, E]. */
export async function encodeImageG(
  config: InternVLConfig,
  params: InternVLG,
  pixels: Tensor<'B Y X 3'>,
  options: TowerOptions = {},
): Promise<Tensor<'B E'>> {
  const { onBlock, ...rest } = options;
  const total = config.vision.numLayers + config.qllama.numLayers;
  const after = (blocks: number) => onBlock && ((done: number) => onBlock(blocks + done, total));
  const tokens = await internVit(config.vision, params.vision, pixels, { ...rest, onBlock: after(0) });
  try {
    const heads = { ...rest, onBlock: after(config.vision.numLayers) };
    return await poolWithQueries(config, params, tokens as tf.Tensor, heads);
  } finally {
    tokens.dispose();
  }
}

export interface GenerativeImageHead {
  readonly clipProjector: AttentionPool; //  over InternViT's tokens
  readonly clipProjector2: AttentionPool; // over the queries
  readonly queries: QueryTower;
}

/** QLLaMA's queries over InternViT's tokens, then `sumOfPools`: [B, N, C] → [B, E]. */
export async function poolWithQueries(
  config: InternVLConfig,
  { clipProjector, clipProjector2, queries }: GenerativeImageHead,
  tokens: Tensor<'B N C'>,
  options: TowerOptions = {},
): Promise<Tensor<'B E'>> {
  const states = await queryStates(config.qllama, queries, tokens as tf.Tensor, options);
  try {
    return sumOfPools(config, clipProjector, clipProjector2, { image: tokens, states });
  } finally {
    states.dispose();
  }
}

/**
 * g/‖g‖ + b/‖b‖ with b = pool(image tokens), g = pool₂(query states): two unit vectors added, not averaged;
 * the caller normalises again. [B, N, C], [B, Q, C] → [B, E].
 */
export function sumOfPools(
  config: InternVLConfig,
  clipProjector: AttentionPool,
  clipProjector2: AttentionPool,
  { image, states }: { readonly image: tf.Tensor; readonly states: tf.Tensor },
): Tensor<'B E'> {
  return tf.tidy(() => {
    const backbone = attentionPool(clipProjector, image, config.attnPoolNumHeads);
    const generative = attentionPool(clipProjector2, states, config.attnPoolNumHeads);
    return tf.add(l2Normalize(generative), l2Normalize(backbone));
  });
}
