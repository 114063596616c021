/**
 * QLLaMA begins to write: the queries read the image, and the prompt reads the queries. Every further token is
 * `step` of `src/llama`: text never looks at the image itself.
 *
 * Paper: §3.3 (captioning).   Official code: `InternVL_G.generate`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type NextToken, nextToken } from '../llama/decoder.js';
import { type RememberingLayer, runRemembering } from '../llama/remember.js';
import { checkPaddedLeft, positionsOf, ropeAt, type Visible } from '../llama/sequence.js';
import { lookUpTokens } from '../llama/token-embedding.js';
import { tokenMask } from '../nn/mask.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { QLlamaConfig } from './config.js';
import { generationMask } from './masks.js';
import type { QLlama } from './qllama.js';
import { type QueryBlock, queryBlock } from './query-block.js';
import { queriesFor } from './query-tower.js';

/** Images, and the ids of a prompt for each, left-padded with 0. */
export interface ImagePrompt {
  readonly image: Tensor<'B N W'>;
  readonly ids: Tensor<'B T'>;
}

/**
 * Scores of the first token after [queries ‖ prompt], and the memory to go on with.
 *
 * @throws RangeError when images and prompts differ in number, a prompt ends in padding, or it is too long.
 */
export async function prefill(
  config: QLlamaConfig,
  { queries, text: { tokens }, head }: QLlama,
  { image, ids }: ImagePrompt,
  options: TowerOptions = {},
): Promise<NextToken> {
  const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
  const [, T] = sizes(ids, 'B T', { B });
  const visible = visibleOf(config, Array.from(await ids.data()), T);
  const text = await lookUpTokens(tokens, ids);
  const x = tf.tidy(() => tf.concat([queriesFor(queries, B), text] as tf.Tensor[], 1));
  const mask = tf.tidy(() => generationMask(config.numQueries, tokenMask(ids)));
  const sequence = { rope: ropeAt(config, positionsOf(visible)), mask };
  try {
    const layer: RememberingLayer<QueryBlock> = (block, h) =>
      queryBlock(config, block, h, image, { sequence });
    const { x: y, layers } = await runRemembering(queries.blocks, x, layer, options);
    return await nextToken(config, { norm: queries.norm, head }, y, { layers, visible }, options.signal);
  } finally {
    disposeTree([text, x, sequence]);
  }
}

/** The queries, and which tokens of each prompt are real. */
function visibleOf({ numQueries, maxPositions }: QLlamaConfig, ids: readonly number[], T: number): Visible {
  if (numQueries + T > maxPositions) {
    throw new RangeError(
      `prompt: expected at most ${maxPositions - numQueries} tokens behind ${numQueries} queries, got ${T}`,
    );
  }
  const queries = Array.from({ length: numQueries }, () => 1);
  const visible = Array.from({ length: ids.length / T }, (_, b) => {
    const row = ids.slice(b * T, (b + 1) * T);
    return [...queries, ...row.map((id) => (id > 0 ? 1 : 0))];
  });
  checkPaddedLeft(visible);
  return visible;
}
