import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { HostLender } from '../../src/backend/host-lender.js';
import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import { linear } from '../../src/nn/linear.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { randomFloats } from '../simd/heap-arrays.js';

const [rows, In, Out] = [5, 12, 10];

test.each([
  ['fits', 4 * In * Out, Out],
  ['is a little too large', 4 * In * Out - 1, Out - 1],
  ['is larger than a row by nothing', 4 * In, 1],
])('a lent weight that %s is multiplied in parts to the same bits', async (_, tensorBytes, rowsPerTensor) => {
  const values = Float32Array.from(randomFloats(Out * In, 1));
  const stored = fromFloat32(values, 'F32');
  const weight = await new HostLender(tensorBytes).lend([Out, In], 'F32', async (bytes) => bytes.set(stored));
  expect(weight.rowsPerTensor).toBe(rowsPerTensor);
  const results = tf.tidy(() => {
    const x = tf.tensor2d(randomFloats(rows * In, 2), [rows, In]);
    const bias = tf.tensor1d(randomFloats(Out, 3));
    const whole = tf.transpose(tf.tensor2d(values, [Out, In]));
    return withoutTwins(() =>
      [whole, weight].map((each) => [...linear({ weight: each, bias }, x, 'gelu').dataSync()]),
    );
  });
  expect(results[1]).toEqual(results[0]);
  weight.dispose();
  expect(() => weight.toTensor()).toThrow('this weight was given back; read it again');
});
