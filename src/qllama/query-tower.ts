/**
 * QLLaMA as a reader of images: the learnable queries, which see each other in both directions, pass through
 * all layers.
 *
 * Paper: §3.2, §3.3 (InternVL-G).   Official code: `get_query_features`.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Blocks } from '../nn/blocks.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import { type RopeTable, ropeTable } from '../nn/rope.js';
import { runBlocks } from '../nn/run-blocks.js';
import { tapUnder } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { QLlamaConfig } from './config.js';
import { type QueryBlock, queryBlock } from './query-block.js';

export interface QueryTower {
  readonly queryTokens: Tensor<'1 Q C'>;
  readonly blocks: Blocks<QueryBlock>;
  readonly norm: RmsNorm;
}

/** Final-normed states of the queries: image tokens [B, N, W] → [B, Q, C]. */
export async function queryStates(
  config: QLlamaConfig,
  params: QueryTower,
  image: Tensor<'B N W'>,
  { tap, signal, onBlock }: TowerOptions = {},
): Promise<Tensor<'B Q C'>> {
  const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
  const [, Q] = sizes(params.queryTokens, '1 Q C', { C: config.hiddenSize });
  const sequence = { rope: queryRope(config, Q) };
  const queries: Tensor<'B Q C'> = tf.tile(params.queryTokens as tf.Tensor3D, [B, 1, 1]); // rank by its label
  try {
    const x = await runBlocks(
      params.blocks,
      queries,
      (block, h, i) => queryBlock(config, block, h, image, { sequence, tap: tapUnder(tap, `layer.${i}`) }),
      { signal, onBlock, after: (i, y) => tap?.(`layer.${i}`, y) },
    );
    const states: tf.Tensor = rmsNorm(params.norm, x, config.normEps);
    x.dispose();
    return states;
  } finally {
    disposeTree([sequence, queries]);
  }
}

/** The queries stand at positions 0..Q−1. */
export function queryRope({ hiddenSize, numHeads, ropeBase }: QLlamaConfig, Q: number): RopeTable {
  return ropeTable(
    Array.from({ length: Q }, (_, i) => i),
    hiddenSize / numHeads,
    ropeBase,
  );
}
