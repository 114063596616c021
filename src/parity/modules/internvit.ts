/** Module `internvit`: the vision tower, whole or one block of it, with its traces. */
import * as tf from '@tensorflow/tfjs-core';

import type { Scope } from '../../checkpoint/scope.js';
import { attentionPool } from '../../contrastive/attention-pool.js';
import type { InternVLConfig } from '../../contrastive/config.js';
import { poolWithQueries } from '../../contrastive/internvl-g.js';
import { readAttentionPool, readGenerativeImageHead } from '../../contrastive/weights.js';
import type { Tap } from '../../nn/tap.js';
import type { Tensor } from '../../nn/tensor.js';
import { disposeTree } from '../../nn/tree.js';
import { block } from '../../vision/block.js';
import { type InternVit, internVit } from '../../vision/internvit.js';
import { resizePositions } from '../../vision/position.js';
import { readBlock, readInternVit } from '../../vision/weights.js';
import { withModel } from '../model.js';
import { numberParam } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs, type RunOptions } from '../runner.js';
import { SampledTrace } from '../sampled-trace.js';
import { pixelsOf, tensorOf } from '../tensors.js';

export const internVitRunner: ModuleRunner = {
  params: [
    'generated_inputs',
    'block',
    'resize_position_embedding_to',
    'interpolate_position_embedding', // what the tower does with any picture of another size
    'trace_tokens',
    'trace_channels',
  ],
  run: (parityCase, options) =>
    withModel(parityCase, options, (scope, config) =>
      parityCase.manifest.params.block === undefined
        ? runTower(parityCase, scope, config, options)
        : runBlock(parityCase, scope, config),
    ),
};

async function runBlock(parityCase: ParityCase, scope: Scope, config: InternVLConfig): Promise<Outputs> {
  const outputs = new Outputs(parityCase);
  const at = scope.at(`vision_model.encoder.layers.${numberParam(parityCase, 'block')}`);
  const params = await readBlock(at, config.vision);
  const hidden = await parityCase.input('hidden_states');
  outputs.make('hidden_states', () => block(config.vision, params, tensorOf(hidden)));
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
  const samples = new SampledTrace(parityCase, config.vision.numLayers + 1);
  const tower = await resized(
    parityCase,
    outputs,
    config,
    await readInternVit(scope.at('vision_model'), config.vision, 'stream'),
  );
  const pixels = pixelsOf(await parityCase.input('pixel_values'));
  const tap: Tap = (name, x) => {
    outputs.tap(name, x);
    samples.tap(name, x);
    tapHiddenStates(outputs, config.vision.numLayers, name, x);
  };
  const last = await internVit(config.vision, tower, pixels, { tap, signal: options.signal });
  await samples.store(outputs);
  outputs.set('last_hidden_state', last);
  outputs.make('pooler_output', () => tf.squeeze(tf.slice(last, [0, 0, 0], [-1, 1, -1]), [1]));
  await poolTokens(scope, config, outputs, last);
  disposeTree([pixels, last, tower.embeddings]);
  return outputs;
}

/** The tower with the position table that the case asks for. */
async function resized(
  parityCase: ParityCase,
  outputs: Outputs,
  config: InternVLConfig,
  tower: InternVit,
): Promise<InternVit> {
  if (parityCase.manifest.params.resize_position_embedding_to === undefined) return tower;
  const grid = numberParam(parityCase, 'resize_position_embedding_to') / config.vision.patchSize;
  const { positionEmbedding } = tower.embeddings;
  const table = resizePositions(positionEmbedding, grid, grid);
  positionEmbedding.dispose();
  outputs.set('position_embedding', table);
  return { ...tower, embeddings: { ...tower.embeddings, positionEmbedding: table } };
}

/**
 * `hidden_states.-k`: entry 0 of the official list are the embeddings, entry i + 1 the output of block i, so
 * that −k is block L − k. `.first8` keeps that many tokens.
 */
function tapHiddenStates(outputs: Outputs, numLayers: number, name: string, x: Tensor): void {
  const [, index] = /^block\.(\d+)$/.exec(name) ?? [];
  if (index === undefined) return;
  const output = `hidden_states.${Number(index) - numLayers}`;
  outputs.set(output, x);
  outputs.make(`${output}.first8`, () => tf.slice(x, [0, 0, 0], [-1, 8, -1]));
}

/** The embeddings of the tokens: InternVL-C's under its two names, and InternVL-G's. */
async function poolTokens(
  scope: Scope,
  config: InternVLConfig,
  outputs: Outputs,
  tokens: Tensor<'B N C'>,
): Promise<void> {
  const names = ['clip_projector', 'image_embeds.c'].filter((name) => outputs.wants(name));
  if (names.length === 0 && !outputs.wants('image_embeds.g')) return;
  const clipProjector = await readAttentionPool(
    scope.at('clip_projector'),
    config.vision.hiddenSize,
    config.clipEmbedDim,
  );
  for (const name of names) {
    outputs.make(name, () => attentionPool(clipProjector, tokens, config.attnPoolNumHeads));
  }
  if (outputs.wants('image_embeds.g')) {
    const head = await readGenerativeImageHead(scope, config, clipProjector);
    const embeds = await poolWithQueries(config, head, tokens);
    outputs.set('image_embeds.g', embeds);
    disposeTree([embeds, head.clipProjector2, head.queries]);
  }
  disposeTree(clipProjector);
}
