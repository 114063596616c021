/** The twin of the inner part of `crossEntropy`: one loss a row, and its gradient. */
import * as tf from '@tensorflow/tfjs-core';

import { crossEntropy } from '../cross-entropy.js';
import type { Task } from '../workplace.js';
import { single, type Twin, type TwinCall } from './define.js';

/**
 * −Σ targets·log softmax(logits) of each row, and softmax(logits)·Σ targets − targets, which is its gradient:
 * [B, K], [B, K] → [B], [B, K].
 */
function crossEntropyTask({ input }: TwinCall): Task {
  const { shape } = input('logits');
  const [rows = 0, n = 0] = shape;
  return {
    inputs: [input('logits'), input('targets')],
    outputs: [[rows], shape],
    flops: 30 * rows * n,
    compute: (kernels, [logits = 0, targets = 0], [loss = 0, dLogits = 0]) =>
      crossEntropy(kernels, { logits, targets, loss, dLogits, rows, n, weight: 1 }),
  };
}

/** The second result is for the gradient alone. */
const gradient: Twin['gradient'] = {
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [dLogits] = saved as [tf.Tensor]; // the one output that is saved
    return { logits: () => tf.mul(dLogits, tf.expandDims(single(dys), 1)) };
  },
};

export const crossEntropyTwins: readonly Twin[] = [
  { kernelName: 'CrossEntropy', task: crossEntropyTask, gradient },
];
