import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { l2Normalize } from '../../src/nn/l2-normalize.js';
import { relativeL2 } from './relative-l2.js';

test('vectors become unit vectors of the same direction', () => {
  // biome-ignore format: a matrix
  const y = l2Normalize(tf.tensor2d([[3, 4], [-0.03, 0.04], [0, -7]]));
  expect(y.shape).toEqual([3, 2]);
  expect(relativeL2(y, [0.6, 0.8, -0.6, 0.8, 0, -1])).toBeLessThan(1e-7);
});

test('a vector of zeros has no direction: there is no epsilon', () => {
  expect([...l2Normalize(tf.zeros([1, 2])).dataSync()]).toEqual([Number.NaN, Number.NaN]);
});

test('it keeps its result alone', () => {
  const x = tf.ones([2, 3]);
  expect(() => l2Normalize(x)).toKeep(1);
});
