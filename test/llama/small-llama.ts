/** Whole LLaMAs of made-up weights, large enough for masks, positions and heads to matter. */
import * as tf from '@tensorflow/tfjs-core';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import type { LlamaConfig } from '../../src/llama/config.js';
import { type NextToken, prefill, promptSequence } from '../../src/llama/decoder.js';
import { tokenLogits } from '../../src/llama/language-head.js';
import { type LanguageModel, languageStates } from '../../src/llama/language-model.js';
import type { Visible } from '../../src/llama/sequence.js';
import { lookUpIds } from '../../src/llama/token-embedding.js';
import { readLanguageModel } from '../../src/llama/weights.js';
import type { Residency } from '../../src/nn/blocks.js';
import type { Tensor } from '../../src/nn/tensor.js';
import type { TowerOptions } from '../../src/nn/tower-options.js';
import { disposeTree } from '../../src/nn/tree.js';
import type { WeightLender } from '../../src/nn/weight.js';

/** As many heads of keys and values as of queries. */
export const plainConfig: LlamaConfig = {
  vocabSize: 50,
  hiddenSize: 64,
  intermediateSize: 96,
  numLayers: 3,
  numHeads: 4,
  normEps: 1e-6,
  maxPositions: 64,
  ropeBase: 10000,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
};

/** Two heads of queries share one of keys and values. */
export const groupedConfig: LlamaConfig = { ...plainConfig, numKeyValueHeads: 2 };

const synthetic = syntheticWeights(11);

/** Matrices eight times those of the synthetic rule, whose attention hardly tells tokens apart at this width. */
export const strongWeights: FloatSource = {
  shapeOf: () => undefined,
  async read(name, shape, rows, signal) {
    const values = await synthetic.read(name, shape, rows, signal);
    return /_proj|lm_head/.test(name) ? values.map((v) => 8 * v) : values;
  },
};

export function readSmallLlama(
  config: LlamaConfig,
  residency: Residency = 'resident',
  lender?: WeightLender,
): Promise<LanguageModel> {
  return readLanguageModel(new Scope(strongWeights, '', { lender }), config, residency);
}

/** Rows of ids as embeddings [B, T, C]. */
export const embedded = (model: LanguageModel, ids: readonly (readonly number[])[]): Promise<tf.Tensor> =>
  lookUpIds(model.tokens, ids.flat(), [ids.length, ids[0]?.length ?? 0]);

/** Which ids are real: all but 0. */
export const visibleIn = (ids: readonly (readonly number[])[]): Visible =>
  ids.map((row) => row.map((id) => (id > 0 ? 1 : 0)));

/** Logits at every position of whole texts, without a cache: [B, T, V]. */
export async function allLogits(
  config: LlamaConfig,
  model: LanguageModel,
  ids: readonly (readonly number[])[],
): Promise<Tensor<'B T V'>> {
  const x = await embedded(model, ids);
  const sequence = promptSequence(config, visibleIn(ids));
  const states = await languageStates(config, model, x, sequence);
  try {
    return await tokenLogits(model.head, states);
  } finally {
    disposeTree([x, sequence, states]);
  }
}

/** Row b, position t of [B, T, V]. */
export const logitsAt = (logits: tf.Tensor, b: number, t: number): tf.Tensor =>
  tf.slice(logits, [b, t, 0], [1, 1, -1]);

/** Reads prompts, left-padded with 0, at once. */
export async function readPrompts(
  config: LlamaConfig,
  model: LanguageModel,
  prompts: number[][],
  options?: TowerOptions,
): Promise<NextToken> {
  const embeds = await embedded(model, prompts);
  try {
    return await prefill(config, model, { embeds, visible: visibleIn(prompts) }, options);
  } finally {
    embeds.dispose();
  }
}
