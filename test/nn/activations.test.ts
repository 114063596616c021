import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { gelu, silu } from '../../src/nn/activations.js';

/** erf by its power series in float64: good to 1e-13 up to |x| = 4. */
function erf64(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const points = Array.from({ length: 111 }, (_, i) => (i - 55) / 10); // −5.5 … 5.5

test('GELU is ½·x·(1 + erf(x/√2)), which its tanh approximation is not', () => {
  const y = gelu(tf.tensor1d(points)).dataSync();
  const error = (f: (x: number) => number) =>
    Math.max(...points.map((x, i) => Math.abs((y[i] ?? Number.NaN) - f(x))));
  const byTanh = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  expect(error((x) => 0.5 * x * (1 + erf64(x / Math.SQRT2)))).toBeLessThan(1e-6);
  expect(error(byTanh)).toBeGreaterThan(4e-4);
});

test('SiLU is x·σ(x)', () => {
  const y = silu(tf.tensor1d(points)).dataSync();
  points.forEach((x, i) => {
    expect(y[i]).toBeCloseTo(x / (1 + Math.exp(-x)), 6);
  });
});

test('far from 0 both are 0 or x, and finite', () => {
  const x = tf.tensor1d([-200, -30, 0, 30, 200]);
  for (const f of [gelu, silu]) {
    const y = f(x).dataSync();
    [0, 0, 0, 30, 200].forEach((expected, i) => {
      expect(y[i]).toBeCloseTo(expected, 6);
    });
  }
});

test('each keeps its result alone', () => {
  const x = tf.ones([2, 3]);
  for (const f of [gelu, silu]) expect(() => f(x)).toKeep(1);
});
