/**
 * QLLaMA as a reader of images: the learnable queries pass through all layers, alone or with a caption behind
 * them that is to be matched with the image.
 *
 * Paper: §3.2, §3.3 (InternVL-G).   Official code: `get_image_features`, `forward_train`.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Sequence } from '../llama/attention.js';
import { outputAlone } from '../llama/block.js';
import { ropeFromStart } from '../llama/sequence.js';
import { lookUpTokens, type TokenEmbedding } from '../llama/token-embedding.js';
import type { Blocks } from '../nn/blocks.js';
import { tokenMask } from '../nn/mask.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import { runBlocks } from '../nn/run-blocks.js';
import { tapUnder } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { QLlamaConfig } from './config.js';
import { imageMask, matchingMask } from './masks.js';
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
  options: TowerOptions = {},
): Promise<Tensor<'B Q C'>> {
  const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
  const queries = queriesFor(params, B);
  try {
    return await statesOfQueries(
      config,
      params,
      { x: queries, image, mask: imageMask(B, Q(params)) },
      options,
    );
  } finally {
    queries.dispose();
  }
}

/**
 * The same where queries and the ids [R, T] of a caption (`<s>` … `</s>`, right-padded with 0) see each other: as
 * many captions as images, or several for one image: [R, T], [B, N, W] → [R, Q, C].
 *
 * @throws RangeError when captions and images do not fit together, or an id is outside the vocabulary.
 */
export async function matchingStates(
  config: QLlamaConfig,
  params: QueryTower & { readonly tokens: TokenEmbedding },
  { image, ids }: { readonly image: Tensor<'B N W'>; readonly ids: Tensor<'B T'> },
  options: TowerOptions = {},
): Promise<Tensor<'B Q C'>> {
  const [R] = sizes(ids, 'B T');
  const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
  if (R !== B && B !== 1) throw new RangeError(`expected ${B} captions for ${B} images, got ${R}`);
  const text = await lookUpTokens(params.tokens, ids);
  const x = tf.tidy(() => tf.concat([queriesFor(params, R), text] as tf.Tensor[], 1));
  const mask = tf.tidy(() => matchingMask(Q(params), tokenMask(ids)));
  try {
    return await statesOfQueries(config, params, { x, image, mask }, options);
  } finally {
    disposeTree([text, x]);
  }
}

interface Reading {
  readonly x: Tensor<'B T C'>;
  readonly image: Tensor<'B N W'>;
  readonly mask: Tensor<'B T K'>;
}

/** All layers, and of the final states those of the queries. Takes the mask over. */
async function statesOfQueries(
  config: QLlamaConfig,
  params: QueryTower,
  { x, image, mask }: Reading,
  { tap, signal, onBlock }: TowerOptions,
): Promise<Tensor<'B Q C'>> {
  const [, T] = sizes(x, 'B T C', { C: config.hiddenSize });
  const sequence: Sequence = { rope: ropeFromStart(config, T), mask };
  try {
    const y = await runBlocks(
      params.blocks,
      x,
      (block, h, i) => {
        const options = { sequence, tap: tapUnder(tap, `layer.${i}`) };
        return outputAlone(() => queryBlock(config, block, h, image, options));
      },
      { signal, onBlock, after: (i, h) => tap?.(`layer.${i}`, h) },
    );
    const queries = tf.tidy(() => {
      const first = tf.slice(y as tf.Tensor3D, [0, 0, 0], [-1, Q(params), -1]);
      return rmsNorm(params.norm, first, config.normEps);
    });
    y.dispose();
    return queries;
  } finally {
    disposeTree(sequence);
  }
}

const Q = ({ queryTokens }: QueryTower): number => sizes(queryTokens, '1 Q C')[1];

/** The same queries for every image: [B, Q, C]. */
export function queriesFor({ queryTokens }: Pick<QueryTower, 'queryTokens'>, B: number): tf.Tensor3D {
  return tf.tile(queryTokens as tf.Tensor3D, [B, 1, 1]); // rank by its label
}
