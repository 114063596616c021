import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { type AttentionPool, attentionPool } from '../../src/contrastive/attention-pool.js';
import { readAttentionPool } from '../../src/contrastive/weights.js';
import { layerNorm } from '../../src/nn/layer-norm.js';
import { linear } from '../../src/nn/linear.js';
import type { Tensor } from '../../src/nn/tensor.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { tensorWeight } from '../nn/tensor-weight.js';
import { goldenWeights } from './golden-model.js';

const numHeads = 4;
let pool: AttentionPool;
let x: Tensor<'B N C'>;
beforeAll(async () => {
  pool = await readAttentionPool(new Scope(goldenWeights).at('clip_projector'), 60, 8);
  x = seededValues([2, 5, 60], 1);
});

test('all tokens become one embedding, whatever their order', () => {
  const y = attentionPool(pool, x, numHeads);
  expect(y.shape).toEqual([2, 8]);
  expect(relativeL2(attentionPool(pool, tf.reverse(x, 1), numHeads), y)).toBeLessThan(1e-5);
});

test('the class token takes part as any other', () => {
  const rest = tf.slice(x, [0, 1, 0], [-1, -1, -1]);
  const change = relativeL2(attentionPool(pool, rest, numHeads), attentionPool(pool, x, numHeads));
  expect(change).toBeGreaterThan(1e-2);
});

test('of equal tokens the pool is their projected value', () => {
  const token = tf.slice(x, [0, 0, 0], [-1, 1, -1]);
  const value = linear(pool.v, layerNorm(pool.normV, token, 1e-5));
  const expected = tf.squeeze(linear(pool.proj, value), [1]);
  expect(relativeL2(attentionPool(pool, tf.tile(token, [1, 7, 1]), numHeads), expected)).toBeLessThan(1e-5);
});

test('the query is the mean of the tokens: without keys to choose by, all values weigh the same', () => {
  const blind = { ...pool, k: { weight: tf.zerosLike(tensorWeight(pool.k.weight)) } };
  const values = linear(pool.v, layerNorm(pool.normV, x, 1e-5));
  const expected = linear(pool.proj, tf.mean(values, 1));
  expect(relativeL2(attentionPool(blind, x, numHeads), expected)).toBeLessThan(1e-5);
});

test('the bias of the keys moves no weight: a softmax does not see a constant', () => {
  const moved = { ...pool, k: { weight: pool.k.weight, bias: seededValues([60], 3) } };
  const y = attentionPool(pool, x, numHeads);
  expect(relativeL2(attentionPool(moved, x, numHeads), y)).toBeLessThan(1e-5);
});

test.each<[string, number[], number, string]>([
  ['another width', [2, 5, 64], 4, 'expected [B, N, C=60], got [2, 5, 64]'],
  ['another rank', [5, 60], 4, 'expected [B, N, C=60], got [5, 60]'],
  ['heads that do not divide', [2, 5, 60], 7, 'expected heads that divide C=60, got 7'],
])('%s is an error, and keeps nothing', (_, shape, heads, message) => {
  const wrong = tf.zeros(shape);
  expect(() => {
    expect(() => attentionPool(pool, wrong, heads)).toThrow(new RangeError(message));
  }).toKeep(0);
});

test('it keeps its result alone', () => {
  expect(() => attentionPool(pool, x, numHeads)).toKeep(1);
});
