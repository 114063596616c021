/**
 * LLaMA one token after another. The two phases are two functions: `prefill` reads a prompt, `step` one token
 * more in each row; what has been read is never computed again.
 *
 * Official code: `LlamaForCausalLM.generate` (use_cache).
 */
import * as tf from '@tensorflow/tfjs-core';

import { additiveMask, causalMask } from '../nn/mask.js';
import { rmsNorm } from '../nn/rms-norm.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { Sequence } from './attention.js';
import { type LlamaBlock, llamaBlock } from './block.js';
import type { KvCache } from './cache.js';
import type { LlamaConfig } from './config.js';
import { tokenLogits } from './language-head.js';
import type { LanguageModel } from './language-model.js';
import { type RememberingLayer, runRemembering } from './remember.js';
import { checkPaddedLeft, hasPadding, lengthsOf, positionsOf, ropeAt, type Visible } from './sequence.js';
import { lookUpIds } from './token-embedding.js';

/** Scores of the token that comes next in each row, and the memory to go on with. */
export interface NextToken {
  readonly logits: Tensor<'B V'>;
  readonly cache: KvCache;
}

/** Embedded tokens, and which of them are real. Padding must be on the left. */
export interface Prompt {
  readonly embeds: Tensor<'B T C'>;
  readonly visible: Visible;
}

/**
 * Reads prompts [B, T, C].
 *
 * @throws RangeError when they are longer than the context, or one ends in padding.
 */
export async function prefill(
  config: LlamaConfig,
  params: LanguageModel,
  { embeds, visible }: Prompt,
  options: TowerOptions = {},
): Promise<NextToken> {
  const [, T] = sizes(embeds, 'B T C', { B: visible.length, C: config.hiddenSize });
  if (T > config.maxPositions)
    throw new RangeError(`prompt: expected at most ${config.maxPositions} tokens, got ${T}`);
  checkPaddedLeft(visible);
  const sequence = promptSequence(config, visible);
  try {
    const layer: RememberingLayer<LlamaBlock> = (block, x) => llamaBlock(config, block, x, { sequence });
    const { x, layers } = await runRemembering(params.blocks, embeds, layer, options);
    return await nextToken(config, params, x, { layers, visible }, options.signal);
  } finally {
    disposeTree(sequence);
  }
}

/**
 * Reads one token more in each row. Takes the cache over: each layer's is freed as soon as its successor is there,
 * and all of it when this fails.
 *
 * @throws RangeError when there is not one id for each row, one is outside the vocabulary, or the context is full.
 */
export async function step(
  config: LlamaConfig,
  params: LanguageModel,
  cache: KvCache,
  ids: readonly number[],
  options: TowerOptions = {},
): Promise<NextToken> {
  const before = cache.visible;
  const kept: unknown[] = [cache.layers];
  try {
    checkStep(config, before, ids);
    const visible = before.map((row) => [...row, 1]);
    const sequence = stepSequence(config, before, visible);
    kept.push(sequence);
    const tokens = await lookUpIds(params.tokens, ids, [ids.length, 1]);
    kept.push(tokens);
    const layer: RememberingLayer<LlamaBlock> = (block, x, past) =>
      llamaBlock(config, block, x, { sequence, past });
    const { x, layers } = await runRemembering(params.blocks, tokens, layer, options, cache.layers);
    return await nextToken(config, params, x, { layers, visible }, options.signal);
  } finally {
    disposeTree(kept);
  }
}

function checkStep({ maxPositions }: LlamaConfig, before: Visible, ids: readonly number[]): void {
  if (ids.length !== before.length) {
    throw new RangeError(`expected a token for each of ${before.length} rows, got ${ids.length}`);
  }
  if (Math.max(...lengthsOf(before)) < maxPositions) return;
  throw new RangeError(`expected room for a token, got a context of ${maxPositions} that is full`);
}

/** Causal over real tokens, which are counted. */
export function promptSequence(config: LlamaConfig, visible: Visible): Sequence {
  const mask = tf.tidy(() => causalMask(tf.tensor2d(visible.map((row) => [...row]))));
  return { rope: ropeAt(config, positionsOf(visible)), mask };
}

/** The new token of each row stands behind those before, and sees all that are real. */
function stepSequence(config: LlamaConfig, before: Visible, visible: Visible): Sequence {
  const rope = ropeAt(
    config,
    lengthsOf(before).map((position) => [position]),
  );
  if (!hasPadding(visible)) return { rope };
  const rows = visible.map((row) => [[...row]]); // [B, 1, K]
  return { rope, mask: tf.tidy(() => additiveMask(tf.tensor3d(rows))) };
}

/**
 * Scores after the last position: states [B, T, C] before the final norm → [B, V]. Takes the states over, and the
 * cache when it fails.
 */
export async function nextToken(
  config: LlamaConfig,
  { norm, head }: Pick<LanguageModel, 'norm' | 'head'>,
  x: Tensor<'B T C'>,
  cache: KvCache,
  signal?: AbortSignal,
): Promise<NextToken> {
  const kept: tf.Tensor[] = [x];
  try {
    const last: tf.Tensor = tf.tidy(() => {
      const [B, T, C] = sizes(x, 'B T C');
      const state = tf.slice(x as tf.Tensor3D, [0, T - 1, 0], [B, 1, C]);
      return tf.reshape(rmsNorm(norm, state, config.normEps), [B, C]);
    });
    kept.push(last);
    return { logits: await tokenLogits(head, last, signal), cache };
  } catch (error) {
    disposeTree(cache.layers);
    throw error;
  } finally {
    disposeTree(kept);
  }
}
