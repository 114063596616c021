/** Modules `llama.logits`, `llama.generate` and `llama.beam`: the plain LLaMA of a checkpoint. */
import type * as tf from '@tensorflow/tfjs-core';

import { languageDecoder } from '../../generative/model-decoder.js';
import type { LlamaConfig } from '../../llama/config.js';
import { promptSequence } from '../../llama/decoder.js';
import { tokenLogits } from '../../llama/language-head.js';
import { type LanguageModel, languageStates } from '../../llama/language-model.js';
import type { Visible } from '../../llama/sequence.js';
import { lookUpTokens } from '../../llama/token-embedding.js';
import { readLanguageModel } from '../../llama/weights.js';
import { disposeTree } from '../../nn/tree.js';
import type { Values } from '../compare.js';
import { withLlama } from '../model.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs, type RunOptions } from '../runner.js';
import { idsOf, tensorOf } from '../tensors.js';
import { generationParams, runGeneration } from './generation.js';

/** Logits at every position; `trace.hidden.i` is the input of layer i, the last one the final-normed states. */
export const llamaLogitsRunner: ModuleRunner = {
  params: [],
  run: (parityCase, options) =>
    withLlama(parityCase, options, async (scope, config) =>
      allLogits(parityCase, config, await readLanguageModel(scope, config, 'stream'), options),
    ),
};

async function allLogits(
  parityCase: ParityCase,
  config: LlamaConfig,
  model: LanguageModel,
  options: RunOptions,
): Promise<Outputs> {
  const outputs = new Outputs(parityCase, options);
  const ids = idsOf(await parityCase.input('input_ids'));
  const tokens = await lookUpTokens(model.tokens, ids);
  const [B = 0, T = 0] = ids.shape;
  const sequence = promptSequence(
    config,
    Array.from({ length: B }, () => new Array<number>(T).fill(1)),
  );
  outputs.tap('hidden.0', tokens);
  const tap: typeof outputs.tap = (name, x) => {
    const layer = /^layer\.(\d+)$/.exec(name)?.[1];
    if (layer !== undefined) outputs.tap(`hidden.${Number(layer) + 1}`, x);
  };
  const states = await languageStates(config, model, tokens, sequence, { tap, signal: options.signal });
  outputs.tap(`hidden.${config.numLayers}`, states);
  const logits = await tokenLogits(model.head, states, options.signal);
  outputs.set('logits', logits);
  disposeTree([ids, tokens, sequence, states, logits, model]);
  return outputs;
}

/** Greedy and beam search from given embeddings. */
export const llamaGenerateRunner: ModuleRunner = {
  params: generationParams,
  run: (parityCase, options) =>
    withLlama(parityCase, options, async (scope, config) => {
      const model = await readLanguageModel(scope, config, 'stream');
      const embeds: tf.Tensor = tensorOf(await parityCase.input('inputs_embeds'));
      const visible = rowsOf(await parityCase.input('attention_mask'));
      try {
        return await runGeneration(parityCase, languageDecoder(config, model, { embeds, visible }), options);
      } finally {
        disposeTree([embeds, model]);
      }
    }),
};

function rowsOf({ shape, data }: Values): Visible {
  const [B = 0, T = 0] = shape;
  return Array.from({ length: B }, (_, b) =>
    Array.from(data)
      .slice(b * T, (b + 1) * T)
      .map(Number),
  );
}
