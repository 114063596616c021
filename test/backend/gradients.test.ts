/** Every registered gradient against finite differences, on both backends. */
import { execFileSync } from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { gradients, registerGradients } from '../../src/backend/gradients.js';
import { gradientError } from './finite-differences.js';
import { cases } from './gradient-cases.js';
import { seededValues } from './seeded-values.js';

describe.each(['wasm', 'cpu'])('on the %s backend', (backend) => {
  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
  });
  afterAll(async () => {
    await tf.setBackend('wasm');
  });

  test.each(cases)('gradient of %s', (_name, operation, shapes, range = [-1.5, 1.5]) => {
    const inputs = shapes.map((shape, i) => seededValues(shape, 7 + i, ...range));
    expect(gradientError(operation, inputs)).toBeLessThan(2e-3);
    tf.dispose(inputs);
  });
});

test('a gradient leaves nothing behind but itself', () => {
  const x = seededValues([2, 3], 1);
  const w = seededValues([3, 2], 2);
  const loss = (a: tf.Tensor): tf.Scalar => tf.sum(tf.softmax(tf.matMul(a as tf.Tensor2D, w as tf.Tensor2D)));
  expect(() => tf.grad(loss)(x)).toKeep(1);
  tf.dispose([x, w]);
});

test.each([
  [false, false],
  [false, true],
  [true, false],
  [true, true],
])('large heads have the gradients of their single products (aᵀ: %s, bᵀ: %s)', (transposeA, transposeB) => {
  const a = seededValues([2, 32, 40], 1);
  const b = seededValues(transposeA === transposeB ? [2, 40, 32] : [2, 32, 40], 2);
  const batched = (x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
    tf.sum(tf.square(tf.matMul(x, y, transposeA, transposeB)));
  const single = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
    const rights = tf.unstack(y);
    const products = tf.unstack(x).map((left, i) => batched(left, rights[i] ?? left));
    return tf.addN(products);
  };
  const [expected = [], actual = []] = [single, batched].map((loss) => tf.grads(loss)([a, b]));
  actual.forEach((gradient, i) => {
    const difference = tf.sub(gradient, expected[i] ?? 0);
    expect(tf.div(tf.norm(difference), tf.norm(gradient)).arraySync()).toBeLessThan(1e-5);
  });
});

test('equal maxima share the gradient', () => {
  const x = tf.tensor2d([[3, 1, 3, 3]]);
  const dx = tf
    .grad((a) => tf.max(a, -1))(x)
    .dataSync();
  [1 / 3, 0, 1 / 3, 1 / 3].forEach((expected, i) => {
    expect(dx[i]).toBeCloseTo(expected, 6);
  });
});

test('the gradient of erf is precise in the tails', () => {
  const x = [-9, -4, -2.5, -0.3, 0, 1e-3, 1, 3.3, 6, 12];
  const dx = tf
    .grad((a) => tf.erf(a))(tf.tensor1d(x))
    .dataSync();
  x.forEach((at, i) => {
    const expected = (2 / Math.sqrt(Math.PI)) * Math.exp(-at * at);
    expect(Math.abs((dx[i] ?? Number.NaN) - expected)).toBeLessThanOrEqual(2e-5 * expected + 1e-37);
  });
});

test('where passes no NaN from the branch that was not taken', () => {
  const x = tf.tensor1d([4, -1]);
  const dx = tf
    .grad((a) => tf.where(tf.greater(a, 0), tf.sqrt(a), tf.zerosLike(a)))(tf.tensor1d([4, 1]))
    .dataSync();
  expect([...dx]).toEqual([0.25, 0.5]);
  x.dispose();
});

test('registering twice changes nothing', () => {
  const before = gradients.map(({ kernelName }) => tf.getGradient(kernelName));
  registerGradients();
  expect(gradients.map(({ kernelName }) => tf.getGradient(kernelName))).toEqual(before);
});

test('gradients work in a plain Node process', () => {
  const program = `
    import * as tf from '@tensorflow/tfjs-core';
    import { startBackend } from './src/backend/start.ts';
    await startBackend();
    const table = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
    const dx = tf.grad((t) => tf.sum(tf.square(tf.gather(t, tf.tensor1d([2, 2, 0], 'int32')))))(table);
    process.stdout.write(JSON.stringify([...dx.dataSync()]));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  expect(JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))).toEqual([
    2, 4, 0, 0, 20, 24,
  ]);
});
