/**
 * QLLaMA as a text encoder: plain LLaMA, causal, without queries and without the image.
 *
 * Paper: §3.3, InternVL-C.   Official code: `get_text_features`.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Sequence } from '../llama/attention.js';
import { type LlamaBlock, llamaBlock, outputAlone } from '../llama/block.js';
import { languageStates } from '../llama/language-model.js';
import { ropeFromStart } from '../llama/sequence.js';
import { embedTokens, lookUpTokens, type TokenEmbedding } from '../llama/token-embedding.js';
import type { Blocks } from '../nn/blocks.js';
import { type RmsNorm, rmsNorm } from '../nn/rms-norm.js';
import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { QLlamaConfig } from './config.js';
import { textMask } from './masks.js';

export interface TextTower {
  readonly tokens: TokenEmbedding;
  readonly blocks: Blocks<LlamaBlock>;
  readonly norm: RmsNorm;
}

/**
 * Final-normed states of right-padded ids: [B, T] → [B, T, C].
 *
 * @throws RangeError when an id is outside the vocabulary, or a row begins with padding.
 */
export async function textStates(
  config: QLlamaConfig,
  params: TextTower,
  ids: Tensor<'B T'>,
  options: TowerOptions = {},
): Promise<Tensor<'B T C'>> {
  await checkRightPadded(ids);
  const tokens = await lookUpTokens(params.tokens, ids);
  const sequence = textSequence(config, ids);
  try {
    return await languageStates(config, params, tokens, sequence, options);
  } finally {
    disposeTree([tokens, sequence]);
  }
}

/** With padding in front, or nothing but padding, the state of the last token would be another's. */
async function checkRightPadded(ids: Tensor<'B T'>): Promise<void> {
  const [B, T] = sizes(ids, 'B T');
  const list = await ids.data();
  for (let b = 0; b < B; b++) {
    if ((list[b * T] ?? 0) !== 0) continue;
    throw new RangeError(`token ids: expected padding (0) on the right, got row ${b} that begins with it`);
  }
}

/** Positions 0..T−1 and the causal mask with padding, for ids [B, T]. */
export function textSequence(config: QLlamaConfig, ids: Tensor<'B T'>): Sequence {
  const [, T] = sizes(ids, 'B T');
  return { rope: ropeFromStart(config, T), mask: textMask(ids) };
}

/** The same tower for training: resident, synchronous, differentiable. [B, T] → [B, T, C]. */
export function trainTextStates(
  config: QLlamaConfig,
  params: {
    readonly embedding: Tensor<'V C'>;
    readonly blocks: readonly LlamaBlock[];
    readonly norm: RmsNorm;
  },
  ids: Tensor<'B T'>,
): Tensor<'B T C'> {
  return tf.tidy(() => {
    const sequence = textSequence(config, ids);
    const tokens = embedTokens(params.embedding, ids);
    const x = params.blocks.reduce(
      (h, layer) => outputAlone(() => llamaBlock(config, layer, h, { sequence })),
      tokens,
    );
    return rmsNorm(params.norm, x, config.normEps);
  });
}

/**
 * The state of the last real token (`</s>`): [B, T, C], ids [B, T] → [B, C]. It counts tokens, so padding
 * must be on the right.
 */
export function lastTokenState(states: Tensor<'B T C'>, ids: Tensor<'B T'>): Tensor<'B C'> {
  return tf.tidy(() => {
    const [B, T, C] = sizes(states, 'B T C');
    sizes(ids, 'B T', { B, T });
    const lengths = tf.sum(tf.cast(tf.greater(ids, 0), 'int32'), 1); // [B]
    const last = tf.add(tf.sub(lengths, 1), tf.range(0, B * T, T, 'int32')); // rows of [B·T, C]
    const rows: tf.Tensor = takeRows(tf.reshape(states, [B * T, C]), tf.cast(last, 'int32'));
    return rows;
  });
}
