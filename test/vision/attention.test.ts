import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import type { Tensor } from '../../src/nn/tensor.js';
import { type Attention, attention } from '../../src/vision/attention.js';
import { readBlock } from '../../src/vision/weights.js';
import { seededValues } from '../backend/seeded-values.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { tensorWeight } from '../nn/tensor-weight.js';

const config = goldenConfig.vision; // 60 channels, 5 heads of 12
let params: Attention;
let x: Tensor<'B N C'>;
beforeAll(async () => {
  params = (await readBlock(new Scope(goldenWeights).at('vision_model.encoder.layers.0'), config)).attn;
  x = seededValues([2, 5, 60], 1);
});

/** The same attention with the columns `from` to `to` of its qkv kernel multiplied by 7. */
function louder(from: number, to: number): Attention {
  const factors = Array.from({ length: 180 }, (_, column) => (column >= from && column < to ? 7 : 1));
  return { ...params, qkv: { weight: tf.mul(tensorWeight(params.qkv.weight), tf.tensor1d(factors)) } };
}
const changeBy = (from: number, to: number) =>
  relativeL2(attention(config, louder(from, to), x), attention(config, params, x));

test('queries and keys are normalised, values are not', () => {
  expect(changeBy(0, 60)).toBeLessThan(1e-5); //      q, up to ε
  expect(changeBy(60, 120)).toBeLessThan(1e-5); //    k
  expect(changeBy(120, 180)).toBeGreaterThan(0.1); // v
});

test('the normalisation spans all heads: a louder head takes from the others', () => {
  expect(changeBy(0, 12)).toBeGreaterThan(1e-3);
  expect(changeBy(60, 72)).toBeGreaterThan(1e-3);
});

test('without QK normalisation queries go in as they come', () => {
  const { qkv, proj } = params;
  const seen = new Map<string, tf.Tensor>();
  tf.tidy(() => {
    attention(config, { qkv, proj }, x, (name, value) => seen.set(name, tf.keep(value.clone())));
  });
  const q = tf.slice(seen.get('qkv') ?? x, [0, 0, 0], [-1, -1, 60]);
  expect(seen.get('q_norm')?.arraySync()).toEqual(q.arraySync());
});

test('a token of one picture does not see another picture', () => {
  const other = tf.concat([tf.slice(x, 0, 1), tf.zeros([1, 5, 60])]);
  const first = (y: tf.Tensor) => tf.slice(y, 0, 1).arraySync();
  expect(first(attention(config, params, other))).toEqual(first(attention(config, params, x)));
});

test('states of another width or rank are an error', () => {
  expect(() => attention(config, params, tf.zeros([2, 5, 64]))).toThrow(
    new RangeError('expected [B, N, C=60], got [2, 5, 64]'),
  );
  expect(() => attention(config, params, tf.zeros([5, 60]))).toThrow(
    new RangeError('expected [B, N, C=60], got [5, 60]'),
  );
});

test('it keeps its result alone', () => {
  expect(() => attention(config, params, x)).toKeep(1);
});
