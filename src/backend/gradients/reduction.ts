/** Gradients of the reductions: sum, mean, maximum and the softmax that is built on them. */
import * as tf from '@tensorflow/tfjs-core';

import { keepAxes, parseAxes, spread } from './broadcast.js';
import { ofInput, ofOutput, pair, single } from './define.js';

/** Equal maxima share the gradient evenly, as in PyTorch's amax. */
const max: tf.GradConfig = {
  kernelName: tf.Max,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, { reductionIndices }) => ({
    x: () => {
      const [x, y] = pair(saved);
      const axes = parseAxes(reductionIndices, x.rank);
      const kept = keepAxes(x.shape, axes);
      const isMax = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
      return tf.mul(isMax, tf.div(tf.reshape(single(dy), kept), tf.sum(isMax, axes, true)));
    },
  }),
};

export const reductionGradients: readonly tf.GradConfig[] = [
  ofInput(tf.Sum, (dy, x, { axis }) => spread(dy, x.shape, parseAxes(axis, x.rank))),
  ofInput(tf.Mean, (dy, x, { axis }) => {
    const perMean = x.size / dy.size;
    return spread(tf.div(dy, perMean), x.shape, parseAxes(axis, x.rank));
  }),
  max,
  // dx = y ∘ (dy − Σ dy ∘ y); tfjs allows softmax over the last axis only
  ofOutput(tf.Softmax, (dy, y) => tf.mul(y, tf.sub(dy, tf.sum(tf.mul(dy, y), -1, true))), 'logits'),
];
