/** An operation computed both ways: by its twin, and in its composed form. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

import { twin, withoutTwins } from '../../../src/nn/twin.js';

export interface TwinCase {
  /** The twin that must exist, lest nothing is compared. */
  readonly kernel: string;
  readonly what: string;
  /** Of the inputs, e.g. `2,5,12 12,9 9`. */
  readonly shapes: string;
  readonly op: (inputs: readonly tf.Tensor[]) => tf.Tensor;
}

/** Inputs of a case: normally distributed, the same in every run. */
export function inputsOf({ shapes }: TwinCase): tf.Tensor[] {
  const sizes = shapes.split(' ').map((shape) => shape.split(',').map(Number));
  return sizes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1));
}

/** The result, and the gradient of every input of Σ result∘weights with fixed weights. */
export function resultAndGradients({ op }: TwinCase, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const result = op(inputs);
  const dy = tf.randomNormal(result.shape, 0, 1, 'float32', 99);
  return [result, ...tf.grads((...x: tf.Tensor[]) => op(x))([...inputs], dy)];
}

/** What `compute` gives with the twin of the case and without it; both are checked to be what they claim. */
export function bothWays<T>({ kernel }: TwinCase, compute: () => T): { fused: T; composed: T } {
  expect(twin(kernel)).toBeDefined();
  const composed = withoutTwins(() => {
    expect(twin(kernel)).toBeUndefined();
    return compute();
  });
  return { fused: compute(), composed };
}
