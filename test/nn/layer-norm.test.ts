/** LayerNorm against its formula in float64, on both backends. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { layerNorm } from '../../src/nn/layer-norm.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from './relative-l2.js';

const C = 9;
const eps = 1e-3; // large, so that leaving it out or putting it elsewhere shows
const mean = (row: readonly number[]) => row.reduce((sum, v) => sum + v, 0) / row.length;

function layerNorm64(row: readonly number[], w: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const mu = mean(row);
  const deviation = Math.sqrt(mean(row.map((v) => (v - mu) ** 2)) + eps);
  return row.map((v, i) => ((v - mu) / deviation) * (w[i] ?? Number.NaN) + (b[i] ?? Number.NaN));
}

describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
  });
  afterAll(async () => {
    await tf.setBackend('wasm');
  });

  test('it is (x − μ) / √(σ² + ε) · w + b, with the variance of the population', () => {
    const x = seededValues([2, 3, C], 1, -0.2, 0.3);
    const weight = seededValues([C], 2, 0.5, 1.5);
    const bias = seededValues([C], 3);
    const rows = tf.reshape(x, [-1, C]).arraySync() as number[][];
    const expected = rows.flatMap((row) => layerNorm64(row, weight.dataSync(), bias.dataSync()));
    expect(relativeL2(layerNorm({ weight, bias }, x, eps), expected)).toBeLessThan(2e-7);
    expect(() => layerNorm({ weight, bias }, x, eps)).toKeep(1);
  });
});

const plain = () => ({ weight: tf.ones([4]), bias: tf.zeros([4]) });

test('a constant added to a vector does not matter', () => {
  const x = tf.tensor1d([1, 2, 3, 4]);
  const shifted = layerNorm(plain(), tf.add(x, 8), 1e-5);
  expect(relativeL2(shifted, layerNorm(plain(), x, 1e-5))).toBeLessThan(1e-6);
});

test('a row of one value becomes the bias', () => {
  const norm = { weight: tf.ones([4]), bias: tf.tensor1d([1, 2, 3, 4]) };
  expect([...layerNorm(norm, tf.fill([4], 7), 1e-5).dataSync()]).toEqual([1, 2, 3, 4]);
});

test.each([[[2, 3]], [[2, 1]]])('a last axis of another size is an error: %j', (shape) => {
  expect(() => layerNorm(plain(), tf.zeros(shape), 0)).toThrow(
    new RangeError(`expected [..., C=4], got [${shape.join(', ')}]`),
  );
});
