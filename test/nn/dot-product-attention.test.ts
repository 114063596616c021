/** Attention against its formula in float64, through both ways of multiplying heads, on both backends. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dotProductAttention } from '../../src/nn/dot-product-attention.js';
import { additiveMask } from '../../src/nn/mask.js';
import type { Tensor } from '../../src/nn/tensor.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from './relative-l2.js';

type Rows = number[][][]; // [B][tokens][C]
const rowsOf = (x: tf.Tensor) => x.arraySync() as Rows;

/** softmax(q·kᵀ/√D)·v of one head, channels `from` to `from + D`, one query. */
function mixed64(q: number[], keys: number[][], values: number[][], [from, D]: [number, number]): number[] {
  const part = (row: number[]) => row.slice(from, from + D);
  const dot = (a: number[], b: number[]) => a.reduce((sum, v, i) => sum + v * (b[i] ?? Number.NaN), 0);
  const scores = keys.map((key) => Math.exp(dot(part(q), part(key)) / Math.sqrt(D)));
  const total = scores.reduce((sum, s) => sum + s, 0);
  const columns = part(values[0] ?? []).map((_, c) => values.map((row) => part(row)[c] ?? Number.NaN));
  return columns.map((column) => dot(scores, column) / total);
}

function attention64(q: Rows, k: Rows, v: Rows, H: number): number[] {
  const D = (q[0]?.[0]?.length ?? 0) / H;
  const heads = Array.from({ length: H }, (_, h): [number, number] => [h * D, D]);
  return q.flatMap((queries, b) =>
    queries.flatMap((query) => heads.flatMap((head) => mixed64(query, k[b] ?? [], v[b] ?? [], head))),
  );
}

describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
  });
  afterAll(async () => {
    await tf.setBackend('wasm');
  });

  // A head of T·K·D = 2¹⁴ multiply-adds or more is multiplied alone, smaller ones in one batch.
  test.each([
    ['small heads', { B: 2, T: 3, K: 5, H: 4, D: 6 }],
    ['one query, as in pooling', { B: 2, T: 1, K: 7, H: 2, D: 4 }],
    ['heads just below 2¹⁴', { B: 2, T: 32, K: 32, H: 3, D: 15 }],
    ['heads of 2¹⁴', { B: 2, T: 32, K: 32, H: 3, D: 16 }],
    ['more keys than queries', { B: 1, T: 17, K: 65, H: 2, D: 16 }],
  ])('%s: softmax(q·kᵀ/√D)·v', (_, { B, T, K, H, D }) => {
    const q = seededValues([B, T, H * D], 1);
    const k = seededValues([B, K, H * D], 2);
    const v = seededValues([B, K, H * D], 3);
    const y = dotProductAttention(q, k, v, { numHeads: H });
    expect(y.shape).toEqual([B, T, H * D]);
    expect(relativeL2(y, attention64(rowsOf(q), rowsOf(k), rowsOf(v), H))).toBeLessThan(3e-6);
  });
});

/** Values that say which key they belong to: what comes out are the weights themselves, [B, T, H·K]. */
function weightsOf(q: tf.Tensor, k: tf.Tensor, numHeads: number, mask?: Tensor<'B T K'>): tf.Tensor {
  const [B = 0, K = 0] = k.shape;
  const oneHot = tf.tile(tf.expandDims(tf.tile(tf.eye(K), [1, numHeads]), 0), [B, 1, 1]);
  return dotProductAttention(q, k, oneHot, mask ? { numHeads, mask } : { numHeads });
}

test('the weights of each query and head sum to 1, and none is negative', () => {
  const [H, K] = [2, 6]; // D = K, so that the probe fits
  const weights = weightsOf(seededValues([2, 4, H * K], 1, -9, 9), seededValues([2, K, H * K], 2), H);
  const sums = tf.sum(tf.reshape(weights, [2, 4, H, K]), -1).dataSync();
  expect(Math.max(...sums.map((sum) => Math.abs(sum - 1)))).toBeLessThan(1e-6);
  expect(Math.min(...weights.dataSync())).toBeGreaterThanOrEqual(0);
});

test('equal keys are mixed equally', () => {
  const weights = weightsOf(seededValues([1, 2, 4], 1), tf.ones([1, 4, 4]), 1);
  expect(new Set(weights.dataSync())).toEqual(new Set([0.25]));
});

test('the weight of a masked key is exactly 0', () => {
  const allowed = tf.tensor3d([
    [
      [1, 0, 1],
      [1, 1, 0],
    ],
  ]);
  const weights = weightsOf(seededValues([1, 2, 3], 1), seededValues([1, 3, 3], 2), 1, additiveMask(allowed));
  const isZero = (weights.arraySync() as Rows).map((rows) =>
    rows.map((row) => row.map((w) => Number(w !== 0))),
  );
  expect(isZero).toEqual(allowed.arraySync());
});

test('one batch and head by head agree: keys that are masked away change nothing', () => {
  const [B, T, C, numHeads] = [2, 32, 48, 3]; // 31 keys make small heads, 33 large ones
  const q = seededValues([B, T, C], 1);
  const k = seededValues([B, 33, C], 2);
  const v = seededValues([B, 33, C], 3);
  const first = (x: tf.Tensor) => tf.slice(x, [0, 0, 0], [-1, 31, -1]);
  const allowed = tf.concat([tf.ones([B, T, 31]), tf.zeros([B, T, 2])], 2);
  const headByHead = dotProductAttention(q, k, v, { numHeads, mask: additiveMask(allowed) });
  const oneBatch = dotProductAttention(q, first(k), first(v), { numHeads });
  expect(relativeL2(headByHead, oneBatch)).toBeLessThan(1e-6);
});

type Shape = [number, number, number];

test.each<[string, Shape, Shape, Shape, number, string]>([
  ['keys of another width', [1, 2, 4], [1, 3, 6], [1, 3, 6], 2, 'expected [B=1, K, C=4], got [1, 3, 6]'],
  ['keys of another batch', [1, 2, 4], [2, 3, 4], [2, 3, 4], 2, 'expected [B=1, K, C=4], got [2, 3, 4]'],
  ['fewer values than keys', [1, 2, 4], [1, 3, 4], [1, 2, 4], 2, 'expected [B=1, K=3, C=4], got [1, 2, 4]'],
  ['heads that do not divide', [1, 2, 4], [1, 3, 4], [1, 3, 4], 3, 'expected heads that divide C=4, got 3'],
])('%s are an error', (_, q, k, v, numHeads, message) => {
  const run = () => dotProductAttention(tf.zeros(q), tf.zeros(k), tf.zeros(v), { numHeads });
  expect(run).toThrow(new RangeError(message));
});

test('queries of another rank are an error', () => {
  const x = tf.zeros([2, 4]);
  expect(() => dotProductAttention(x, x, x, { numHeads: 2 })).toThrow(
    new RangeError('expected [B, T, C], got [2, 4]'),
  );
});

test('a mask of another size is an error', () => {
  const x = tf.zeros([2, 3, 4]);
  const run = (mask: tf.Tensor) => dotProductAttention(x, x, x, { numHeads: 2, mask });
  expect(() => run(tf.zeros([2, 3, 2]))).toThrow(new RangeError('expected [B=2, T=3, K=3], got [2, 3, 2]'));
  expect(() => run(tf.zeros([3, 3]))).toThrow(new RangeError('expected [B=2, T=3, K=3], got [3, 3]'));
});

test('it keeps its result alone, both ways', () => {
  for (const size of [2, 32]) {
    const x = tf.zeros([1, size, 32]);
    const mask = tf.zeros([1, size, size]);
    expect(() => dotProductAttention(x, x, x, { numHeads: 2, mask })).toKeep(1);
  }
});
