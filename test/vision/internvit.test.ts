import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { residentParams } from '../../src/nn/blocks.js';
import { addResidual, dropPathResidual } from '../../src/nn/residual.js';
import type { Tap } from '../../src/nn/tap.js';
import { type InternVit, internVit, runVisionBlocks, trainVisionBlocks } from '../../src/vision/internvit.js';
import { embed } from '../../src/vision/patch-embed.js';
import { readInternVit } from '../../src/vision/weights.js';
import { goldenConfig, goldenPixels, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.vision; // 3 blocks
let pixels: tf.Tensor;
let resident: InternVit;
let streamed: InternVit;
beforeAll(async () => {
  const at = new Scope(goldenWeights).at('vision_model');
  pixels = goldenPixels(1000, 2, 28);
  resident = await readInternVit(at, config);
  streamed = await readInternVit(at, config, 'stream');
});

test('streamed and resident blocks give the same states, bit for bit', async () => {
  const expected = await internVit(config, resident, pixels);
  expect((await internVit(config, streamed, pixels)).arraySync()).toEqual(expected.arraySync());
});

test('pictures of a batch do not see each other', async () => {
  const both = await internVit(config, resident, pixels);
  const second = await internVit(config, resident, tf.slice(pixels, 1, 1));
  expect(relativeL2(tf.slice(both, 1, 1), second)).toBeLessThan(1e-6);
});

test('the blocks alone, on embedded tokens, are the rest of the tower', async () => {
  const tokens = embed(config, resident.embeddings, pixels);
  const states = await runVisionBlocks(config, resident.blocks, tokens);
  expect(states.arraySync()).toEqual((await internVit(config, resident, pixels)).arraySync());
  expect(tokens.isDisposed).toBe(false);
});

test('a tap sees the embeddings, every block, and what is in it', async () => {
  const names: string[] = [];
  const last = await internVit(config, resident, pixels, {
    tap: (name, x) => {
      names.push(name);
      if (name === 'block.2') expect(x.shape).toEqual([2, 5, 60]);
    },
  });
  expect(last.shape).toEqual([2, 5, 60]);
  const inside = ['norm1', 'qkv', 'q_norm', 'k_norm', 'attn', 'after_attn', 'mlp'];
  const block = (i: number) => [...inside.map((name) => `block.${i}.${name}`), `block.${i}`];
  expect(names).toEqual(['embeddings', ...[0, 1, 2].flatMap(block)]);
});

test('a batch in parts gives the same states, and a tap still sees all of it', async () => {
  const three = goldenPixels(1003, 3, 28);
  const expected = await internVit(config, resident, three);
  const told: number[] = [];
  const onBlock = (done: number) => void told.push(done);
  const inParts = await internVit(config, streamed, three, { rowsAtOnce: 2, onBlock });
  expect(relativeL2(inParts, expected)).toBeLessThan(1e-6);
  expect(told).toEqual([0.5, 1, 1.5, 2, 2.5, 3]);
  const shapes = new Set<number | undefined>();
  const tap: Tap = (_, x) => void shapes.add(x.shape[0]);
  const tapped = await internVit(config, streamed, three, { rowsAtOnce: 2, tap });
  expect([...shapes]).toEqual([3]);
  expect(tapped.arraySync()).toEqual(expected.arraySync());
});

test('progress is told after each block', async () => {
  const told: [number, number][] = [];
  await internVit(config, resident, pixels, { onBlock: (done, total) => told.push([done, total]) });
  expect(told).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
});

describe.each(['resident', 'streamed'])('the %s tower', (which) => {
  const tower = () => (which === 'resident' ? resident : streamed);

  test('keeps its result alone', async () => {
    await expect(() => internVit(config, tower(), pixels)).toKeepAsync(1);
    const tokens = embed(config, tower().embeddings, pixels);
    await expect(() => runVisionBlocks(config, tower().blocks, tokens)).toKeepAsync(1);
  });

  test('aborted between blocks rejects with the reason and leaks nothing', async () => {
    const reason = new Error('enough');
    const aborter = new AbortController();
    let blocks = 0;
    const onBlock = (done: number) => {
      blocks = done;
      if (done === 2) aborter.abort(reason);
    };
    const run = () => internVit(config, tower(), pixels, { signal: aborter.signal, onBlock });
    await expect(() => expect(run()).rejects.toBe(reason)).toKeepAsync(0);
    expect(blocks).toBe(2);
  });

  test('refuses pixels of another shape and leaks nothing', async () => {
    const wrong = tf.zeros([2, 28, 29, 3]);
    const run = () => internVit(config, tower(), wrong);
    await expect(() =>
      expect(run()).rejects.toThrow('expected a picture whose sides are multiples of 14, got 29×28'),
    ).toKeepAsync(0);
  });
});

describe('for training', () => {
  test('the blocks give the states of inference', async () => {
    const blocks = residentParams(resident.blocks);
    const tokens = embed(config, resident.embeddings, pixels);
    const states = trainVisionBlocks(config, blocks, tokens, () => addResidual);
    expect(states.arraySync()).toEqual((await internVit(config, resident, pixels)).arraySync());
    expect(() => trainVisionBlocks(config, blocks, tokens, () => addResidual)).toKeep(1);
  });

  test('each block has its own residual rule', () => {
    const blocks = residentParams(resident.blocks);
    const tokens = embed(config, resident.embeddings, pixels);
    const dropped = trainVisionBlocks(config, blocks, tokens, (i) =>
      i === 1 ? dropPathResidual(0.5, () => 0) : addResidual,
    );
    const without = trainVisionBlocks(
      config,
      blocks.filter((_, i) => i !== 1),
      tokens,
      () => addResidual,
    );
    expect(relativeL2(dropped, without)).toBeLessThan(1e-6);
  });

  test('a tower without blocks gives its tokens', () => {
    const tokens = tf.ones([1, 2, 60]);
    expect(trainVisionBlocks(config, [], tokens, () => addResidual).arraySync()).toEqual(tokens.arraySync());
    expect(tokens.isDisposed).toBe(false);
  });
});
