/** Central differences: the definition of a derivative, to hold gradients against. */
import * as tf from '@tensorflow/tfjs-core';

import { seededValues } from './seeded-values.js';

export type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Step of the differences: large enough for float32, small enough for curved functions. */
const STEP = 1e-2;

/**
 * Largest |gradient − difference quotient| over all elements of all inputs, divided by the largest |gradient|
 * (at least 1). What is derived is Σ r ∘ operation(inputs) with fixed random r.
 */
export function gradientError(operation: Operation, inputs: readonly tf.Tensor[]): number {
  const r = tf.tidy(() => seededValues(operation(...inputs).shape, 99));
  const weights = r.dataSync();
  const gradients = tf.grads((...xs: tf.Tensor[]) => tf.sum(tf.mul(operation(...xs), r)))([...inputs]);
  let error = 0;
  let scale = 1;
  inputs.forEach((input, which) => {
    const gradient = gradients[which]?.dataSync() ?? [];
    for (let i = 0; i < input.size; i++) {
      const quotient = differenceQuotient(operation, inputs, weights, { which, i });
      error = Math.max(error, Math.abs((gradient[i] ?? Number.NaN) - quotient));
      scale = Math.max(scale, Math.abs(quotient));
    }
  });
  tf.dispose([r, gradients]);
  return error / scale;
}

function differenceQuotient(
  operation: Operation,
  inputs: readonly tf.Tensor[],
  weights: ArrayLike<number>,
  { which, i }: { which: number; i: number },
): number {
  const at = (step: number): number =>
    tf.tidy(() => {
      const moved = inputs.map((x, k) => (k === which ? nudged(x, i, step) : x));
      const y = operation(...moved).dataSync<'float32'>();
      return y.reduce((sum, value, k) => sum + value * (weights[k] ?? 0), 0);
    });
  return (at(STEP) - at(-STEP)) / (2 * STEP);
}

function nudged(x: tf.Tensor, i: number, step: number): tf.Tensor {
  const values = Float32Array.from(x.dataSync());
  values[i] = (values[i] ?? 0) + step;
  return tf.tensor(values, x.shape);
}
