import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { Scope } from '../../src/checkpoint/scope.js';
import { lookUpTokens } from '../../src/llama/token-embedding.js';
import { readLlamaBlock } from '../../src/llama/weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { readTextTower } from '../../src/qllama/weights.js';
import { goldenConfig, goldenNames, goldenTensor, goldenWeights } from '../contrastive/golden-model.js';
import { watched } from '../contrastive/watched-source.js';

const config = goldenConfig.qllama;
const names = goldenNames.filter((name) => /^qllama\.model\.(?!.*cross_attn)/.test(name));
const table = 'qllama.model.embed_tokens.weight';

test('the text tower is LLaMA: no cross-attention, no queries, no language head', async () => {
  const source = watched(goldenWeights);
  disposeTree(await readTextTower(new Scope(source).at('qllama.model'), config));
  expect([...source.reads.keys()].sort()).toEqual(names);
});

test('streamed, layers are read when they are used', async () => {
  const source = watched(goldenWeights);
  const tower = await readTextTower(new Scope(source).at('qllama.model'), config, 'stream');
  expect([...source.reads.keys()]).toEqual(['qllama.model.norm.weight']);
  source.reads.clear();
  for await (const _ of tower.blocks.inOrder()) break;
  const firstTwo = names.filter((name) => /\.layers\.[01]\./.test(name)); // one to use, one read ahead
  expect([...source.reads.keys()].sort()).toEqual(firstTwo);
});

test('streamed, only the rows of the token table that a text has are read, each once', async () => {
  const source = watched(goldenWeights);
  const { tokens } = await readTextTower(new Scope(source).at('qllama.model'), config, 'stream');
  const x = await lookUpTokens(tokens, tf.tensor2d([[1, 7, 7, 2, 0, 0]], [1, 6], 'int32'));
  expect(source.reads.get(table)).toBe(4);
  const row = goldenTensor(table).slice(7 * 64, 8 * 64);
  expect(tf.slice(x, [0, 2, 0], [1, 1, -1]).dataSync()).toEqual(row);
});

test('kernels are [In, Out]', async () => {
  const { mlp, selfAttn } = await readLlamaBlock(
    new Scope(goldenWeights).at('qllama.model.layers.0'),
    config,
  );
  expect([mlp.gateProj, mlp.upProj, mlp.downProj, selfAttn.qProj].map(({ weight }) => weight.shape)).toEqual([
    [64, 96],
    [64, 96],
    [96, 64],
    [64, 64],
  ]);
  expect(selfAttn.qProj.bias).toBeUndefined();
});

test('a table of another vocabulary is an error that names it', async () => {
  const reading = readTextTower(new Scope(goldenWeights).at('qllama.model'), { ...config, vocabSize: 49954 });
  await expect(reading).rejects.toThrow(`${table}: expected [49954,64], got [50,64]`);
});
