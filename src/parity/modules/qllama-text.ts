/** Module `qllama.text`: QLLaMA as a text encoder, whole or one layer of it, with its traces. */
import * as tf from '@tensorflow/tfjs-core';

import type { Scope } from '../../checkpoint/scope.js';
import type { InternVLConfig } from '../../contrastive/config.js';
import { projectText } from '../../contrastive/internvl-c.js';
import { llamaBlock, outputAlone } from '../../llama/block.js';
import { lookUpTokens } from '../../llama/token-embedding.js';
import { readLlamaBlock } from '../../llama/weights.js';
import { disposeTree } from '../../nn/tree.js';
import { lastTokenState, textSequence, textStates } from '../../qllama/text-tower.js';
import { readTextTower } from '../../qllama/weights.js';
import { withModel } from '../model.js';
import { numberParam } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs, type RunOptions } from '../runner.js';
import { SampledTrace } from '../sampled-trace.js';
import { idsOf, tensorOf } from '../tensors.js';

export const qllamaTextRunner: ModuleRunner = {
  params: ['generated_inputs', 'layer', 'trace_tokens', 'trace_channels'],
  run: (parityCase, options) =>
    withModel(parityCase, options, (scope, config) =>
      parityCase.manifest.params.layer === undefined
        ? runTower(parityCase, scope, config, options)
        : runLayer(parityCase, scope, config),
    ),
};

/** One layer on hidden states, with positions from 0 and nothing padded. */
async function runLayer(parityCase: ParityCase, scope: Scope, config: InternVLConfig): Promise<Outputs> {
  const outputs = new Outputs(parityCase);
  const at = scope.at(`qllama.model.layers.${numberParam(parityCase, 'layer')}`);
  const params = await readLlamaBlock(at, config.qllama);
  const hidden = await parityCase.input('hidden_states');
  const [B = 0, T = 0] = hidden.shape;
  outputs.make('hidden_states', () => {
    const sequence = textSequence(config.qllama, tf.ones([B, T], 'int32'));
    return outputAlone(() => llamaBlock(config.qllama, params, tensorOf(hidden), { sequence }));
  });
  disposeTree(params);
  return outputs;
}

async function runTower(
  parityCase: ParityCase,
  scope: Scope,
  config: InternVLConfig,
  options: RunOptions,
): Promise<Outputs> {
  const outputs = new Outputs(parityCase, options);
  const samples = new SampledTrace(parityCase, config.qllama.numLayers + 1);
  const tower = await readTextTower(scope.at('qllama.model'), config.qllama, 'stream');
  const projection = await scope.tensor('text_projection', [config.qllama.hiddenSize, config.clipEmbedDim]);
  const ids = idsOf(await parityCase.input('input_ids'));
  const tokens = await lookUpTokens(tower.tokens, ids);
  samples.tap('embeddings', tokens);
  const tap: typeof outputs.tap = (name, x) => {
    outputs.tap(name, x);
    samples.tap(name, x);
  };
  const states = await textStates(config.qllama, tower, ids, { tap, signal: options.signal });
  await samples.store(outputs);
  outputs.set('last_hidden_state', states);
  outputs.make('eos_state', () => lastTokenState(states, ids));
  outputs.make('text_embeds', () => projectText(projection, lastTokenState(states, ids)));
  tower.tokens.dispose();
  disposeTree([projection, ids, tokens, states, tower.norm]);
  return outputs;
}
