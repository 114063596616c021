/** What operations refuse, with their twins as without, and what they make of nothing at all. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { gatedSilu, gelu } from '../../../src/nn/activations.js';
import { crossEntropy } from '../../../src/nn/cross-entropy.js';
import { dotProductAttention } from '../../../src/nn/dot-product-attention.js';
import { layerNorm } from '../../../src/nn/layer-norm.js';
import { linear } from '../../../src/nn/linear.js';
import { addResidual } from '../../../src/nn/residual.js';
import { rmsNorm } from '../../../src/nn/rms-norm.js';
import { ropeTable, rotate } from '../../../src/nn/rope.js';
import { takeRows } from '../../../src/nn/take-rows.js';
import { withoutTwins } from '../../../src/nn/twin.js';

const ones = (...shape: number[]): tf.Tensor => tf.ones(shape);
let x: tf.Tensor;
beforeAll(() => {
  x = ones(2, 3, 6);
});

const wrongShapes: readonly [what: string, message: string, op: () => tf.Tensor][] = [
  ['a weight of another width', '[..., In=5], got [2, 3, 6]', () => linear({ weight: ones(5, 6) }, x)],
  ['a weight of rank 3', 'a weight [In, Out], got [1, 6, 5]', () => linear({ weight: ones(1, 6, 5) }, x)],
  ['a short bias', '[Out=5], got [1]', () => linear({ weight: ones(6, 5), bias: ones(1) }, x)],
  ['a bias of rank 2', '[Out=5], got [1, 5]', () => linear({ weight: ones(6, 5), bias: ones(1, 5) }, x)],
  ['a gain of another width', '[..., C=5], got [2, 3, 6]', () => rmsNorm({ weight: ones(5) }, x, 1e-6)],
  ['a gain of rank 2', '[C], got [2, 3]', () => rmsNorm({ weight: ones(2, 3) }, x, 1e-6)],
  ['a short shift', '[C=6], got [1]', () => layerNorm({ weight: ones(6), bias: ones(1) }, x, 1e-6)],
  ['a gate of another shape', '[2, 3, 6], got [6]', () => gatedSilu(ones(6), x)],
  ['a branch of another shape', '[2, 3, 6], got [1, 3, 6]', () => addResidual(x, ones(1, 3, 6), ones(6))],
  ['a layer scale of one', '[C=6], got [1]', () => addResidual(x, x, ones(1))],
  ['keys of another width', '[B=2, K, C=6], got [2, 3, 5]', () => attend(x, ones(2, 3, 5))],
  ['heads that do not divide', 'heads that divide C=6, got 4', () => attend(x, x, 4)],
  ['heads below 1', 'heads that divide C=6, got -1', () => attend(x, x, -1)],
  ['half heads', 'heads that divide C=6, got 1.5', () => attend(x, x, 1.5)],
  ['a mask for one sample', '[B=2, T=3, K=3], got [1, 3, 3]', () => attend(x, x, 2, ones(1, 3, 3))],
  ['a table of other angles', '[T=3, D/2=3], got [3, 2]', () => rotate(x, tables(3, 2), 1)],
  ['a table of three axes', '[V, C], got [2, 3, 6]', () => takeRows(x, ids(0))],
  ['targets of another width', '[B=3, K=4], got [3, 5]', () => crossEntropy(ones(3, 4), ones(3, 5))],
  ['no rows', 'logits of rows and classes, got [0, 4]', () => crossEntropy(ones(0, 4), ones(0, 4))],
];

const attend = (q: tf.Tensor, k: tf.Tensor, numHeads = 2, mask?: tf.Tensor) =>
  dotProductAttention(q, k, k, { numHeads, mask });
const ids = (...rows: number[]) => tf.tensor1d(rows, 'int32');
const tables = (T: number, half: number) => ({ cos: ones(T, 3), sin: ones(T, half) });

test.each(wrongShapes)('%s: the same RangeError with twins and without', (_, message, op) => {
  for (const way of [withoutTwins<unknown>, <T>(fn: () => T) => fn()]) {
    const refused = () => tf.tidy(() => void way(op));
    expect(refused).toThrow(RangeError);
    expect(refused).toThrow(`expected ${message}`);
  }
});

test('an id outside of the table', () => {
  const table = ones(3, 4);
  for (const id of [-1, 3, 2 ** 31 - 1]) {
    expect(() => takeRows(table, ids(0, id))).toThrow(
      new RangeError(`expected ids of 0…2, got ${id} in row 1`),
    );
    expect(() => withoutTwins(() => takeRows(table, ids(0, id)))).toThrow(`value ${id} is not in [0, 2]`);
  }
});

describe('twins take float32 alone: bits of another type would be read as other numbers', () => {
  const integers = (...shape: number[]) => tf.ones(shape, 'int32');
  test.each<[string, () => tf.Tensor]>([
    ['Gelu: expected x in float32, got int32', () => gelu(integers(2))],
    ['Linear: expected weight in float32, got int32', () => linear({ weight: integers(6, 5) }, x)],
    [
      'MaskedAttention: expected mask in float32, got bool',
      () => attend(x, x, 2, tf.ones([2, 3, 3], 'bool')),
    ],
    ['TakeRows: expected ids in int32, got float32', () => takeRows(ones(3, 4), ones(2))],
    ['CrossEntropy: expected targets in float32, got int32', () => crossEntropy(ones(3, 4), integers(3, 4))],
  ])('%s', (message, op) => {
    expect(op).toThrow(TypeError);
    expect(op).toThrow(message);
  });
});

test('a tensor that was disposed is refused by its name, and the next call works', () => {
  const gone = ones(2, 3, 6);
  gone.dispose();
  expect(() => gelu(gone)).toThrow('Gelu: expected a tensor x, got one that was disposed');
  expect(() => linear({ weight: ones(6, 5) }, gone)).toThrow('Linear: expected a tensor x, got one that');
  expect(linear({ weight: ones(6, 5) }, x).dataSync()[0]).toBe(6);
});

describe('of nothing comes nothing', () => {
  test.each([
    [0, 3],
    [2, 0],
    [0, 0],
  ])('batches: %i, tokens: %i', (B, T) => {
    const none = ones(B, T, 6);
    const positions = Array.from({ length: T }, (_, i) => i);
    const results = [
      linear({ weight: ones(6, 6), bias: ones(6) }, none, 'gelu'),
      attend(none, none),
      rmsNorm({ weight: ones(6) }, none, 1e-6),
      layerNorm({ weight: ones(6), bias: ones(6) }, none, 1e-6),
      gelu(none),
      gatedSilu(none, none),
      addResidual(none, none, ones(6)),
      rotate(none, ropeTable(positions, 6, 100), 1),
    ];
    for (const { shape } of results) expect(shape).toEqual([B, T, 6]);
  });

  test('gradients of weights are 0, those of keys without queries too', () => {
    const none = ones(0, 3, 6);
    const [dWeight, dBias] = tf.grads((weight: tf.Tensor, bias: tf.Tensor) => linear({ weight, bias }, none))(
      [ones(6, 5), ones(5)],
    );
    expect([...(dWeight as tf.Tensor).dataSync()]).toEqual(Array(30).fill(0));
    expect([...(dBias as tf.Tensor).dataSync()]).toEqual(Array(5).fill(0));
    const dKeys = tf.grad((k: tf.Tensor) => attend(ones(2, 0, 6), k))(x);
    expect([...dKeys.dataSync()]).toEqual(Array(36).fill(0));
  });

  test('without keys attention is 0, without inputs a linear map is its bias, no rows are no rows', () => {
    expect([...attend(x, ones(2, 0, 6)).dataSync()]).toEqual(Array(36).fill(0));
    expect([...linear({ weight: ones(0, 2), bias: ones(2) }, ones(3, 0)).dataSync()]).toEqual(
      Array(6).fill(1),
    );
    expect(linear({ weight: ones(6, 0) }, x).shape).toEqual([2, 3, 0]);
    expect(takeRows(ones(3, 4), ids()).shape).toEqual([0, 4]);
  });
});
