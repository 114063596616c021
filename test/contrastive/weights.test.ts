import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { readAttentionPool, readGenerativeImageHead, readInternVLC } from '../../src/contrastive/weights.js';
import { disposeTree, leaves } from '../../src/nn/tree.js';
import { tensorWeight } from '../nn/tensor-weight.js';
import { goldenConfig, goldenNames, goldenShapes, goldenTensor, goldenWeights } from './golden-model.js';
import { watched, without } from './watched-source.js';

const own =
  /^(vision_model\.|clip_projector\.|text_projection$|logit_scale$|qllama\.model\.(?!.*cross_attn))/;
const wanted = goldenNames.filter((name) => own.test(name));

describe('InternVL-C', () => {
  test('reads the towers, the pool, the projection, the temperature; nothing of InternVL-G', async () => {
    const source = watched(goldenWeights);
    disposeTree(await readInternVLC(new Scope(source), goldenConfig));
    expect([...source.reads.keys()].sort()).toEqual(wanted);
    expect(wanted).toHaveLength(4 + 3 * 13 + 14 + 1 + 4 * 9 + 1 + 2);
  });

  test('has as many values as the file has for it', async () => {
    const model = await readInternVLC(new Scope(goldenWeights), goldenConfig);
    const inFile = wanted.reduce((sum, name) => sum + goldenTensor(name).length, 0);
    expect([...leaves(model)].reduce((sum, [, { size }]) => sum + size, 0)).toBe(inFile);
    disposeTree(model);
  });

  test.each(['resident', 'stream'] as const)('%s: disposing frees all that was read', async (memory) => {
    await expect(async () => {
      disposeTree(await readInternVLC(new Scope(goldenWeights), goldenConfig, { memory }));
    }).toKeepAsync(0);
  });

  test('streamed, it holds no block and no token table', async () => {
    const model = await readInternVLC(new Scope(goldenWeights), goldenConfig, { memory: 'stream' });
    const paths = [...leaves(model)].map(([path]) => path.replace(/\..*/, ''));
    expect(new Set(paths)).toEqual(
      new Set(['vision', 'clipProjector', 'text', 'textProjection', 'logitScale']),
    );
    expect(paths.filter((path) => path === 'vision')).toHaveLength(4); // the embeddings
    expect(paths.filter((path) => path === 'text')).toHaveLength(1); //   the last norm
    disposeTree(model);
  });

  test('when a tensor is missing, whichever, nothing stays in memory', async () => {
    const before = tf.memory().numTensors;
    for (const name of wanted) {
      const reading = readInternVLC(new Scope(without(goldenWeights, name)), goldenConfig);
      await expect(reading).rejects.toThrow(`${name}: no such tensor`);
      expect(`${name} ${tf.memory().numTensors}`).toBe(`${name} ${before}`);
    }
  });

  test('a tensor of another shape is an error that names it', async () => {
    const config = { ...goldenConfig, clipEmbedDim: 9 };
    await expect(readInternVLC(new Scope(goldenWeights), config)).rejects.toThrow(
      'clip_projector.cross_attn.proj.bias: expected [9], got [8]',
    );
  });
});

test('when a part of InternVL-G is missing, the pool it was given stays, and nothing else', async () => {
  const pool = await readAttentionPool(new Scope(goldenWeights).at('clip_projector'), 60, 8);
  const source = without(goldenWeights, 'query_tokens');
  const reading = () => readGenerativeImageHead(new Scope(source), goldenConfig, pool);
  await expect(() => expect(reading()).rejects.toThrow('query_tokens: no such tensor')).toKeepAsync(0);
  disposeTree(pool);
});

describe('an attention pool', () => {
  test.each([
    ['clip_projector', 60],
    ['clip_projector2', 64],
  ])('%s has biases of its own names', async (prefix, C) => {
    const source = watched(goldenWeights);
    const pool = await readAttentionPool(new Scope(source).at(prefix), C, 8);
    expect([...source.reads.keys()].sort()).toEqual(
      goldenNames.filter((name) => name.startsWith(`${prefix}.`)),
    );
    expect(pool.k.bias?.dataSync()).toEqual(goldenTensor(`${prefix}.cross_attn.k_bias`));
    disposeTree(pool);
  });

  test('its matrices are transposed: [Out, In] in the file, [In, Out] in memory', async () => {
    const { proj } = await readAttentionPool(new Scope(goldenWeights).at('clip_projector'), 60, 8);
    const name = 'clip_projector.cross_attn.proj.weight';
    expect(goldenShapes[name]).toEqual([8, 60]);
    const inFile = tf.tensor2d(goldenTensor(name), [8, 60]);
    expect(tensorWeight(proj.weight).arraySync()).toEqual(tf.transpose(inFile).arraySync());
  });
});
