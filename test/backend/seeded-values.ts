/** Reproducible test tensors. */
import * as tf from '@tensorflow/tfjs-core';

/**
 * Values of [low, high) that depend on the seed alone; no two are closer than is good for kinks such as max.
 */
export function seededValues(shape: readonly number[], seed: number, low = -1.5, high = 1.5): tf.Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  const values = new Float32Array(size);
  const order = Array.from({ length: size }, (_, i) => i);
  let state = seed >>> 0;
  for (let i = size - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = state % (i + 1);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  order.forEach((rank, i) => {
    values[i] = low + ((high - low) * (rank + 0.37)) / size;
  });
  return tf.tensor(values, [...shape]);
}
