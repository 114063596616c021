/**
 * InternVL-G's image embedding: what InternViT's tokens say, and what QLLaMA's queries read out of them.
 *
 * Paper: §3.3, figure 4 (InternVL-G).   Official code: `InternVL_G.encode_image`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { l2Normalize } from '../nn/l2-normalize.js';
import type { Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { type QueryTower, queryStates } from '../qllama/query-tower.js';
import { type AttentionPool, attentionPool } from './attention-pool.js';
import type { InternVLConfig } from './config.js';

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
