/** RMSNorm against its formula in float64, on both backends. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { rmsNorm } from '../../src/nn/rms-norm.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from './relative-l2.js';

const C = 9;
const eps = 1e-3; // large, so that leaving it out or putting it elsewhere shows

function rmsNorm64(row: readonly number[], w: ArrayLike<number>): number[] {
  const meanSquare = row.reduce((sum, v) => sum + v * v, 0) / row.length;
  return row.map((v, i) => (v / Math.sqrt(meanSquare + eps)) * (w[i] ?? Number.NaN));
}

describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
  });
  afterAll(async () => {
    await tf.setBackend('wasm');
  });

  test('it is x / √(mean(x²) + ε) · w', () => {
    const x = seededValues([2, 3, C], 1, -0.2, 0.3);
    const weight = seededValues([C], 2, 0.5, 1.5);
    const rows = tf.reshape(x, [-1, C]).arraySync() as number[][];
    const expected = rows.flatMap((row) => rmsNorm64(row, weight.dataSync()));
    expect(relativeL2(rmsNorm({ weight }, x, eps), expected)).toBeLessThan(2e-7);
    expect(() => rmsNorm({ weight }, x, eps)).toKeep(1);
  });
});

const plain = () => ({ weight: tf.ones([4]) });

test('a vector of one size keeps its signs alone', () => {
  const y = rmsNorm(plain(), tf.tensor1d([2, -2, 2, 2]), 0);
  expect(relativeL2(y, [1, -1, 1, 1])).toBeLessThan(1e-7);
});

test('the size of a vector does not matter, a constant in it does', () => {
  const x = tf.tensor1d([1, 2, 3, 4]);
  const y = rmsNorm(plain(), x, 1e-6);
  expect(relativeL2(rmsNorm(plain(), tf.mul(x, 100), 1e-6), y)).toBeLessThan(1e-6);
  expect(relativeL2(rmsNorm(plain(), tf.add(x, 8), 1e-6), y)).toBeGreaterThan(0.1);
});

test('a row of zeros stays finite', () => {
  expect([...rmsNorm(plain(), tf.zeros([4]), 1e-6).dataSync()]).toEqual([0, 0, 0, 0]);
});

test.each([[[2, 3]], [[2, 1]]])('a last axis of another size is an error: %j', (shape) => {
  expect(() => rmsNorm(plain(), tf.zeros(shape), 0)).toThrow(
    new RangeError(`expected [..., C=4], got [${shape.join(', ')}]`),
  );
});
