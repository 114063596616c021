/** Parts of InternVL-14B at full width: what int8 matrices change in their results. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { isLinearMatrix } from '../../src/checkpoint/quantize.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticKey, syntheticValues, syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { attentionPool } from '../../src/contrastive/attention-pool.js';
import { internVL14B } from '../../src/contrastive/config.js';
import { readAttentionPool } from '../../src/contrastive/weights.js';
import { llamaBlock } from '../../src/llama/block.js';
import { ropeFromStart } from '../../src/llama/sequence.js';
import { readLlamaBlock } from '../../src/llama/weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { queryBlock } from '../../src/qllama/query-block.js';
import { readQueryBlock } from '../../src/qllama/weights.js';
import { block } from '../../src/vision/block.js';
import { readBlock } from '../../src/vision/weights.js';
import { quantizedSource } from './quantized-source.js';

const seed = 20231221;
const { vision, qllama, clipEmbedDim, attnPoolNumHeads } = internVL14B;

/** The inputs of the full-width parity cases. */
function input(name: string, T: number, C: number): tf.Tensor3D {
  const values = syntheticValues(syntheticKey(`input.${name}`, seed), 1, 0, { start: 0, count: T * C });
  return tf.tensor3d(values, [1, T, C]);
}

/**
 * The smallest cosine between a token's output with bf16 matrices and with all of them in int8 (a conversion would keep
 * those of QLLaMA's layer 0). `without` is taken off both first: a
 * block adds to its input, which would hide the difference.
 */
async function smallestCosine<Params>(
  read: (scope: Scope) => Promise<Params>,
  forward: (params: Params) => tf.Tensor,
  without?: tf.Tensor,
): Promise<number> {
  const lender = runningEngine();
  const made = syntheticWeights(seed);
  const outputs: tf.Tensor[] = [];
  for (const source of [made, quantizedSource(made, isLinearMatrix)]) {
    const params = await read(new Scope(source, '', { lender }));
    outputs.push(tf.tidy(() => (without ? tf.sub(forward(params), without) : forward(params))));
    disposeTree(params);
  }
  const [a, b] = outputs as [tf.Tensor, tf.Tensor];
  const cosines = tf.tidy(() => {
    const dot = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.mul(x, y), -1);
    return tf.min(tf.div(dot(a, b), tf.sqrt(tf.mul(dot(a, a), dot(b, b)))));
  });
  const [cosine = Number.NaN] = await cosines.data();
  tf.dispose([...outputs, cosines]);
  return cosine;
}

describe('int8 at full width, cosine of each token with bf16', () => {
  test('a block of InternViT-6B', { timeout: 30_000 }, async () => {
    const x = input('hidden_vision', 33, vision.hiddenSize);
    const cosine = await smallestCosine(
      (root) => readBlock(root.at('vision_model.encoder.layers.0'), vision),
      (params) => block(vision, params, x),
      x,
    );
    expect(cosine).toBeGreaterThan(0.999);
    x.dispose();
  });

  test('the pool of InternViT-6B', { timeout: 30_000 }, async () => {
    const x = input('hidden_vision', 33, vision.hiddenSize);
    const cosine = await smallestCosine(
      (root) => readAttentionPool(root.at('clip_projector'), vision.hiddenSize, clipEmbedDim),
      (params) => attentionPool(params, x, attnPoolNumHeads),
    );
    expect(cosine).toBeGreaterThan(0.999);
    x.dispose();
  });

  test('layer 0 of QLLaMA-8B, with cross-attention', { timeout: 30_000 }, async () => {
    const x = input('hidden_query', 96, qllama.hiddenSize);
    const image = input('hidden_vision', 33, vision.hiddenSize);
    const sequence = { rope: ropeFromStart(qllama, 96) };
    const cosine = await smallestCosine(
      (root) => readQueryBlock(root.at('qllama.model.layers.0'), qllama, 0),
      (params) => queryBlock(qllama, params, x, image, { sequence }).x,
      x,
    );
    expect(cosine).toBeGreaterThan(0.999);
    tf.dispose([x, image]);
  });

  test('layer 1 of QLLaMA-8B over text', { timeout: 30_000 }, async () => {
    const x = input('hidden_text', 12, qllama.hiddenSize);
    const sequence = { rope: ropeFromStart(qllama, 12) };
    const cosine = await smallestCosine(
      (root) => readLlamaBlock(root.at('qllama.model.layers.1'), qllama),
      (params) => llamaBlock(qllama, params, x, { sequence }).x,
      x,
    );
    expect(cosine).toBeGreaterThan(0.999);
    x.dispose();
  });
});
