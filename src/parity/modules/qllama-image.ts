/** Module `qllama.image`: the queries over image tokens, all layers or one of them, with their traces. */

import * as tf from '@tensorflow/tfjs-core';
import type { Scope } from '../../checkpoint/scope.js';
import { attentionPool } from '../../contrastive/attention-pool.js';
import type { InternVLConfig } from '../../contrastive/config.js';
import { sumOfPools } from '../../contrastive/internvl-g.js';
import { readAttentionPool } from '../../contrastive/weights.js';
import { outputAlone } from '../../llama/block.js';
import { ropeFromStart } from '../../llama/sequence.js';
import type { Tap } from '../../nn/tap.js';
import { disposeTree } from '../../nn/tree.js';
import { queryBlock } from '../../qllama/query-block.js';
import { queryStates } from '../../qllama/query-tower.js';
import { readQueryBlock, readQueryTower } from '../../qllama/weights.js';
import { withModel } from '../model.js';
import { numberParam } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs, type RunOptions } from '../runner.js';
import { SampledTrace } from '../sampled-trace.js';
import { tensorOf } from '../tensors.js';

export const qllamaImageRunner: ModuleRunner = {
  params: ['generated_inputs', 'layer', 'trace_tokens', 'trace_channels'],
  run: (parityCase, options) =>
    withModel(parityCase, options, (scope, config) =>
      parityCase.manifest.params.layer === undefined
        ? runTower(parityCase, scope, config, options)
        : runLayer(parityCase, scope, config),
    ),
};

/** One layer on hidden states; `hidden_states.every4` keeps every fourth row. */
async function runLayer(parityCase: ParityCase, scope: Scope, config: InternVLConfig): Promise<Outputs> {
  const outputs = new Outputs(parityCase);
  const layer = numberParam(parityCase, 'layer');
  const params = await readQueryBlock(scope.at(`qllama.model.layers.${layer}`), config.qllama, layer);
  const hidden = await parityCase.input('hidden_states');
  const image = await parityCase.input('vision_hidden_states');
  const [, Q = 0, C = 0] = hidden.shape;
  const after = tf.tidy(() => {
    const sequence = { rope: ropeFromStart(config.qllama, Q) };
    return outputAlone(() =>
      queryBlock(config.qllama, params, tensorOf(hidden), tensorOf(image), { sequence }),
    ) as tf.Tensor;
  });
  outputs.set('hidden_states', after);
  outputs.make('hidden_states.every4', () => {
    const groups = tf.reshape(after, [-1, Q / 4, 4, C]);
    return tf.reshape(tf.slice(groups, [0, 0, 0, 0], [-1, -1, 1, -1]), [-1, Q / 4, C]);
  });
  disposeTree([params, after]);
  return outputs;
}

async function runTower(
  parityCase: ParityCase,
  scope: Scope,
  config: InternVLConfig,
  options: RunOptions,
): Promise<Outputs> {
  const outputs = new Outputs(parityCase, options);
  const { numLayers, crossAttentionFrequency } = config.qllama;
  const samples = new SampledTrace(parityCase, numLayers + 1);
  const looks = Math.ceil(numLayers / crossAttentionFrequency);
  const crossSamples = new SampledTrace(parityCase, looks, /^layer\.\d+\.cross_attn$/);
  const tower = await readQueryTower(scope, config.qllama, 'stream');
  samples.tap('embeddings', tower.queryTokens); // the stream begins as the queries
  const image = tensorOf(await parityCase.input('vision_hidden_states'));
  const tap: Tap = (name, x) => {
    outputs.tap(name, x);
    samples.tap(name, x);
    crossSamples.tap(name, x);
  };
  const states = await queryStates(config.qllama, tower, image as tf.Tensor, { tap, signal: options.signal });
  await samples.store(outputs);
  await crossSamples.store(outputs, 'trace.cross');
  outputs.set('query_outputs', states);
  await poolBoth(scope, config, outputs, { image, states });
  disposeTree([image, states, tower]);
  return outputs;
}

/** The second pool over the queries, and InternVL-G's embedding: the sum of the two unit vectors. */
async function poolBoth(
  scope: Scope,
  config: InternVLConfig,
  outputs: Outputs,
  { image, states }: { readonly image: tf.Tensor; readonly states: tf.Tensor },
): Promise<void> {
  if (!outputs.wants('clip_projector2') && !outputs.wants('image_embeds.g')) return;
  const pool = (name: string, C: number) => readAttentionPool(scope.at(name), C, config.clipEmbedDim);
  const first = await pool('clip_projector', config.vision.hiddenSize);
  const second = await pool('clip_projector2', config.qllama.hiddenSize);
  outputs.make('clip_projector2', () => attentionPool(second, states, config.attnPoolNumHeads));
  outputs.make('image_embeds.g', () => sumOfPools(config, first, second, { image, states }));
  disposeTree([first, second]);
}
