/** Gradients of the operations that only rearrange or repeat values: the way back. */
import * as tf from '@tensorflow/tfjs-core';

import { ofInput, ofNothing } from './define.js';

/** Repetition: dy seen as [r₀, s₀, r₁, s₁, …] is summed over every r > 1. */
function tileBack(dy: tf.Tensor, x: tf.Tensor, reps: readonly number[]): tf.Tensor {
  const split: number[] = [];
  const repeated: number[] = [];
  reps.forEach((r, axis) => {
    if (r > 1) repeated.push(split.push(r) - 1);
    split.push(x.shape[axis] ?? 1);
  });
  return tf.reshape(tf.sum(tf.reshape(dy, split), repeated), x.shape);
}

/** The permutation that undoes `perm`. */
const inverse = (perm: readonly number[]): number[] => perm.map((_, axis) => perm.indexOf(axis));

const reshapeBack = (dy: tf.Tensor, x: tf.Tensor): tf.Tensor => tf.reshape(dy, x.shape);

export const layoutGradients: readonly tf.GradConfig[] = [
  ofNothing(tf.Identity, (dy) => tf.clone(dy)),
  ofNothing(tf.Cast, (dy) => tf.cast(tf.clone(dy), 'float32')),
  ofInput(tf.Reshape, reshapeBack),
  ofInput(tf.ExpandDims, reshapeBack, 'input'),
  ofNothing(tf.Transpose, (dy, { perm }) => tf.transpose(dy, inverse(perm as number[]))),
  ofInput(tf.Tile, (dy, x, { reps }) => tileBack(dy, x, reps as number[])),
];
