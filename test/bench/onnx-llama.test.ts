import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from 'onnxruntime-common';
import { expect, test } from 'vitest';

import type { LlamaBlock } from '../../src/llama/block.js';
import type { LlamaConfig } from '../../src/llama/config.js';
import { prefill } from '../../src/llama/decoder.js';
import { residentEmbedding } from '../../src/llama/token-embedding.js';
import { residentBlocks } from '../../src/nn/blocks.js';
import { runtimeOf } from './contestants/onnx-session.js';
import { valuesOf } from './contestants/values.js';
import { llamaModel } from './onnx/llama.js';
import { relativeL2 } from './statistics.js';

const [C, M, V] = [16, 24, 30];
const config: LlamaConfig = {
  ...{ vocabSize: V, hiddenSize: C, intermediateSize: M, numLayers: 2, numHeads: 2, normEps: 1e-5 },
  ...{ maxPositions: 8, ropeBase: 100, bosTokenId: 1, eosTokenId: 2, padTokenId: 0 },
};
const widths = { q: C, k: C, v: C, o: C, gate: M, up: M, down: C };
type Name = keyof typeof widths;

/** [In, Out]. */
function matrix(name: string): { values: Float32Array; shape: [number, number] } {
  const shape: [number, number] =
    name === 'head' ? [C, V] : [name.endsWith('down') ? M : C, widths[name.slice(2) as Name]];
  return { shape, values: valuesOf(name, shape[0] * shape[1], 0.5) };
}

const linear = (name: string) => {
  const { values, shape } = matrix(name);
  return { weight: tf.tensor2d(values, shape) };
};
const norm = () => ({ weight: tf.ones([C]) });

function layer(i: number): LlamaBlock {
  const at = (name: Name) => linear(`${i}.${name}`);
  return {
    ...{ inputNorm: norm(), postAttentionNorm: norm() },
    selfAttn: { qProj: at('q'), kProj: at('k'), vProj: at('v'), oProj: at('o') },
    mlp: { gateProj: at('gate'), upProj: at('up'), downProj: at('down') },
  };
}

test('token by token, onnxruntime scores as our LLaMA does with all at once', async () => {
  const tokens = valuesOf('x', 3 * C);
  const { model, weights, outputs } = llamaModel(config, matrix);
  const { create, Tensor } = await runtimeOf({ threads: 1 });
  const session = await create(model, [{ path: 'weights', data: weights }]);
  const nothing = new Tensor('float32', new Float32Array(0), [1, 2, 0, C / 2]);
  let results: readonly Tensor[] = Array(1 + 2 * config.numLayers).fill(nothing);
  for (let t = 0; t < 3; t++) {
    const x = new Tensor('float32', tokens.slice(t * C, (t + 1) * C), [1, 1, C]);
    const past = results.slice(1).map((tensor, i) => [`past.${i}`, tensor]);
    const given = await session.run({ x, ...Object.fromEntries(past) });
    results = outputs.map((name) => given[name] as Tensor);
  }
  expect(results.at(-1)?.dims).toEqual([1, 2, 3, C / 2]);

  const ours = {
    ...{ tokens: residentEmbedding(tf.zeros([V, C])), norm: norm() },
    ...{ blocks: residentBlocks([layer(0), layer(1)]), head: residentBlocks([linear('head')]) },
  };
  const { logits } = await prefill(config, ours, {
    embeds: tf.tensor3d(tokens, [1, 3, C]),
    visible: [[1, 1, 1]],
  });
  const expected = await logits.data<'float32'>();
  expect(relativeL2(results[0]?.data as Float32Array, expected)).toBeLessThan(1e-5);
});
