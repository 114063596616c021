import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { disposeTree } from '../../src/nn/tree.js';
import { gridSide, internVit6B } from '../../src/vision/config.js';
import { readBlock, readInternVit } from '../../src/vision/weights.js';
import { goldenConfig, goldenNames, goldenTensor, goldenWeights } from '../contrastive/golden-model.js';
import { watched } from '../contrastive/watched-source.js';
import { tensorWeight } from '../nn/tensor-weight.js';

const config = goldenConfig.vision;
const names = goldenNames.filter((name) => name.startsWith('vision_model.'));

describe('InternViT', () => {
  test('reads every tensor of the tower once, and no other', async () => {
    const source = watched(goldenWeights);
    disposeTree(await readInternVit(new Scope(source).at('vision_model'), config));
    expect([...source.reads.keys()].sort()).toEqual(names);
  });

  test('streamed, reads the embeddings, and blocks when they are used', async () => {
    const source = watched(goldenWeights);
    const tower = await readInternVit(new Scope(source).at('vision_model'), config, 'stream');
    expect([...source.reads.keys()].sort()).toEqual(names.filter((name) => name.includes('.embeddings.')));
    source.reads.clear();
    for await (const _ of tower.blocks.inOrder()) break;
    const firstTwo = names.filter((name) => /\.layers\.[01]\./.test(name)); // one to use, one read ahead
    expect([...source.reads.keys()].sort()).toEqual(firstTwo);
  });

  test('may stand alone in a file, without a prefix', async () => {
    const root: FloatSource = {
      shapeOf: (name) => goldenWeights.shapeOf(`vision_model.${name}`),
      read: (name, ...rest) => goldenWeights.read(`vision_model.${name}`, ...rest),
    };
    const { embeddings } = await readInternVit(new Scope(root), config);
    expect(embeddings.classEmbedding.dataSync()).toEqual(
      goldenTensor('vision_model.embeddings.class_embedding'),
    );
  });

  test('takes the size of the position table from the file', async () => {
    const larger: FloatSource = {
      shapeOf: (name) => (name.endsWith('position_embedding') ? [1, 677, 60] : goldenWeights.shapeOf(name)),
      read: async (name, shape, rows) =>
        name.endsWith('position_embedding')
          ? new Float32Array((shape[1] ?? 0) * 60)
          : goldenWeights.read(name, shape, rows),
    };
    const { embeddings } = await readInternVit(new Scope(larger).at('vision_model'), config, 'stream');
    expect(embeddings.positionEmbedding.shape).toEqual([1, 677, 60]);
  });
});

describe('a block', () => {
  const at = (source: FloatSource) => new Scope(source).at('vision_model.encoder.layers.0');

  test('has its kernels as [In, Out]', async () => {
    const { attn, mlp } = await readBlock(at(goldenWeights), config);
    expect([attn.qkv, attn.proj, mlp.fc1, mlp.fc2].map(({ weight }) => weight.shape)).toEqual([
      [60, 180],
      [60, 60],
      [60, 100],
      [100, 60],
    ]);
    const inFile = tf.tensor2d(goldenTensor('vision_model.encoder.layers.0.attn.qkv.weight'), [180, 60]);
    expect(tensorWeight(attn.qkv.weight).arraySync()).toEqual(tf.transpose(inFile).arraySync());
  });

  test.each([
    ['no bias of q, k and v', { qkvBias: false }, ['attn.qkv.bias'], []],
    ['that bias, where it is configured', { qkvBias: true }, [], ['attn.qkv.bias']],
    [
      'no norms of q and k, where they are not',
      { qkNormalization: false },
      ['attn.q_norm.weight', 'attn.k_norm.weight'],
      [],
    ],
  ])('reads %s', async (_, change, absent, present) => {
    const source = watched({
      shapeOf: () => undefined,
      read: async (_name, shape) => new Float32Array(tf.util.sizeFromShape([...shape])),
    });
    disposeTree(await readBlock(new Scope(source), { ...config, ...change }));
    for (const name of absent) expect([...source.reads.keys()]).not.toContain(name);
    for (const name of present) expect([...source.reads.keys()]).toContain(name);
  });
});

test('the table of InternViT-6B at 224 pixels is a square of 16 patches', () => {
  expect(gridSide(internVit6B)).toBe(16);
  expect(internVit6B.hiddenSize / internVit6B.numHeads).toBe(128);
});
