import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

test('rows with the same id are added, a missing id is zero', () => {
  // biome-ignore format: a matrix
  const x = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
  const y = tf.unsortedSegmentSum(x, tf.tensor1d([2, 0, 2], 'int32'), 4);
  // biome-ignore format: a matrix
  expect(y.arraySync()).toEqual([[3, 4], [0, 0], [6, 8], [0, 0]]);
});

test('rows of any rank are added whole', () => {
  const x = tf.ones([3, 2, 2]);
  expect(tf.unsortedSegmentSum(x, tf.tensor1d([0, 0, 1], 'int32'), 2).arraySync()).toEqual([
    [
      [2, 2],
      [2, 2],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ]);
});

test('a negative id drops its row', () => {
  const y = tf.unsortedSegmentSum(tf.tensor1d([1, 2, 4]), tf.tensor1d([0, -1, 0], 'int32'), 1);
  expect([...y.dataSync()]).toEqual([5]);
});

test('an id beyond the segments is an error and keeps nothing', () => {
  const x = tf.tensor1d([1, 2]);
  const ids = tf.tensor1d([0, 7], 'int32');
  expect(() => {
    expect(() => tf.unsortedSegmentSum(x, ids, 2)).toThrow('expected segment ids below 2, got 7');
  }).toKeep(0);
});
