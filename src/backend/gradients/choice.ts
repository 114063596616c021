/** Gradients of choosing: rows by index (the embedding table), values by a condition, and the conditions. */
import * as tf from '@tensorflow/tfjs-core';

import { parseAxes, product } from './broadcast.js';
import { ofInput, ofPair, only, pair, single } from './define.js';

/**
 * Every row of x gathers the dy of the places it was copied to; x is seen as [before, rows, after].
 *
 * @throws Error for a gather with batch axes, which the model does not use.
 */
function gatherBack(
  dy: tf.Tensor,
  x: tf.Tensor,
  indices: tf.Tensor,
  axis: number,
  batchDims: number,
): tf.Tensor {
  if (batchDims !== 0) throw new Error(`gradient of gather: expected batchDims 0, got ${batchDims}`);
  const before = product(x.shape.slice(0, axis));
  const after = product(x.shape.slice(axis + 1));
  const rows = x.shape[axis] ?? 0;
  const ids = tf.cast(tf.reshape(indices, [indices.size]), 'int32') as tf.Tensor1D;
  const byPlace = tf.transpose(tf.reshape(dy, [before, ids.size, after]), [1, 0, 2]);
  const summed = tf.unsortedSegmentSum(tf.reshape(byPlace, [ids.size, before * after]), ids, rows);
  return tf.reshape(tf.transpose(tf.reshape(summed, [rows, before, after]), [1, 0, 2]), x.shape);
}

const gather: tf.GradConfig = {
  kernelName: tf.GatherV2,
  inputsToSave: ['x', 'indices'],
  gradFunc: (dy, saved, attributes) => ({
    x: () => {
      const [x, indices] = pair(saved);
      const { axis, batchDims } = attributes as { axis: number; batchDims: number }; // tf.GatherV2Attrs
      return gatherBack(single(dy), x, indices, parseAxes(axis, x.rank)[0] ?? 0, batchDims);
    },
  }),
};

/** `tf.where` broadcasts all three to one shape first. The branch not taken gets 0 even where dy is NaN. */
const select: tf.GradConfig = {
  kernelName: tf.Select,
  inputsToSave: ['condition'],
  gradFunc: (dy, saved) => ({
    condition: () => tf.zeros(only(saved).shape),
    t: () => tf.where(only(saved), single(dy), tf.zerosLike(single(dy))),
    e: () => tf.where(only(saved), tf.zerosLike(single(dy)), single(dy)),
  }),
};

/** Comparisons and other steps are flat wherever they have a derivative. */
const flat = (dy: tf.Tensor): tf.Tensor => tf.zeros(dy.shape);
const comparisons = [tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual];

export const choiceGradients: readonly tf.GradConfig[] = [
  gather,
  select,
  ...comparisons.map((kernelName) => ofPair(kernelName, flat, flat)),
  ...[tf.Step, tf.Sign, tf.ZerosLike, tf.OnesLike].map((kernelName) => ofInput(kernelName, flat)),
];
