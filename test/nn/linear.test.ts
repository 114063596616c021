import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { type Linear, linear } from '../../src/nn/linear.js';

let plain: Linear;
let withBias: Linear;
beforeAll(() => {
  // biome-ignore format: a matrix
  plain = {
    weight: tf.tensor2d([[1, 0, 2],
                         [0, 1, 3]]),
  };
  withBias = { ...plain, bias: tf.tensor1d([10, 20, 30]) };
});

test('the last axis is mapped by x·W + b', () => {
  const x = tf.tensor2d([
    [1, 2],
    [-1, 4],
  ]);
  expect(linear(plain, x).arraySync()).toEqual([
    [1, 2, 8],
    [-1, 4, 10],
  ]);
  expect(linear(withBias, x).arraySync()).toEqual([
    [11, 22, 38],
    [9, 24, 40],
  ]);
});

test.each([
  ['a vector', [2], [3]],
  ['tokens', [4, 5, 2], [4, 5, 3]],
  ['heads', [2, 3, 4, 2], [2, 3, 4, 3]],
])('%s: leading axes stay', (_, shape, expected) => {
  const x = tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape);
  const y = linear(withBias, x);
  expect(y.shape).toEqual(expected);
  const rows = tf.reshape(x, [-1, 2]).arraySync() as number[][];
  expect(tf.reshape(y, [-1, 3]).arraySync()).toEqual(
    rows.map(([a = 0, b = 0]) => [a + 10, b + 20, 2 * a + 3 * b + 30]),
  );
});

test('another width is an error, and keeps nothing', () => {
  expect(() => {
    const x = tf.zeros([2, 5, 9]);
    expect(() => linear(withBias, x)).toThrow(new RangeError('expected [..., In=2], got [2, 5, 9]'));
    x.dispose();
  }).toKeep(0);
});

test('it keeps its result alone', () => {
  const x = tf.zeros([2, 5, 2]);
  expect(() => linear(plain, x)).toKeep(1);
  expect(() => linear(withBias, x)).toKeep(1);
});
