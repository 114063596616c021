import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { ropeFromStart } from '../../src/llama/sequence.js';
import { residentParams } from '../../src/nn/blocks.js';
import { crossAttention } from '../../src/qllama/cross-attention.js';
import { queryBlock } from '../../src/qllama/query-block.js';
import { type QueryTower, queryStates } from '../../src/qllama/query-tower.js';
import { readQueryTower } from '../../src/qllama/weights.js';
import { seededValues } from '../backend/seeded-values.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.qllama; // 96 queries of 64 channels; an image token has 60
const root = new Scope(goldenWeights);
let tower: QueryTower;
let image: tf.Tensor;
beforeAll(async () => {
  tower = await readQueryTower(root, config);
  image = seededValues([2, 5, 60], 3);
});
const states = (x = image, params = tower) => queryStates(config, params, x);
const row = (y: tf.Tensor, b: number, i: number) => tf.slice(y, [b, i, 0], [1, 1, -1]);

describe('the queries', () => {
  test('look at the image in layers 0, 2, … and nowhere else', () => {
    const looks = residentParams(tower.blocks).map(({ crossAttn }) => crossAttn !== undefined);
    expect(looks).toEqual([true, false, true, false]);
  });

  test('see each other in both directions: another last query changes the first', async () => {
    const table = tower.queryTokens;
    const isLast = tf.reshape(tf.oneHot(tf.tensor1d([95], 'int32'), 96), [1, 96, 1]);
    const moved = { ...tower, queryTokens: tf.add(table, isLast) };
    expect(relativeL2(row(await states(image, moved), 0, 0), row(await states(), 0, 0))).toBeGreaterThan(
      1e-5,
    );
  });

  test('of one picture know nothing of another in the batch', async () => {
    const alone = await states(tf.slice(image, [1, 0, 0], [1, -1, -1]));
    const batch = tf.slice(await states(), [1, 0, 0], [1, -1, -1]);
    expect(relativeL2(alone, batch)).toBeLessThan(1e-6);
  });

  test('do not care in which order the image tokens come', async () => {
    const reversed = await states(tf.reverse(image, 1));
    expect(relativeL2(reversed, await states())).toBeLessThan(1e-5);
  });

  test('are the same from streamed weights, to the bit', async () => {
    const streamed = await readQueryTower(root, config, 'stream');
    expect((await states(image, streamed)).arraySync()).toEqual((await states()).arraySync());
  });

  test('leave nothing behind but their states', async () => {
    await expect(() => states()).toKeepAsync(1);
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(async () => {
      await expect(queryStates(config, tower, image, { signal: aborted })).rejects.toThrow('enough');
    }).toKeepAsync(0);
  });

  test('refuse image tokens of another width', async () => {
    await expect(states(tf.zeros([2, 5, 64]))).rejects.toThrow('expected [B, N, W=60], got [2, 5, 64]');
  });
});

describe('one look', () => {
  test('keeps one tensor', () => {
    const [layer] = residentParams(tower.blocks);
    if (layer?.crossAttn === undefined) throw new Error('expected a cross-attention in layer 0');
    const { crossAttn } = layer;
    const x = seededValues([2, 96, 64], 4);
    const sequence = { rope: ropeFromStart(config, 96) };
    expect(() => crossAttention(config, crossAttn, x, image)).toKeep(1);
    expect(() => queryBlock(config, layer, x, image, { sequence })).toKeep(3); // and its keys and values
  });

  test('at an image of equal tokens is the same for every query', () => {
    const [layer] = residentParams(tower.blocks);
    if (layer?.crossAttn === undefined) throw new Error('expected a cross-attention in layer 0');
    const same = tf.tile(seededValues([1, 1, 60], 6), [1, 7, 1]);
    const seen = crossAttention(config, layer.crossAttn, seededValues([1, 96, 64], 4), same);
    expect(relativeL2(row(seen, 0, 95), row(seen, 0, 0))).toBeLessThan(1e-5);
  });
});
