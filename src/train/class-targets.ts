/** Labels as the distributions that cross-entropy compares with. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';
import { ignoredLabel } from '../text/training-sample.js';

/**
 * (1 − ε)·onehot(label) + ε/K for each row: B labels → [B, K]. `labelSmoothing` ε moves that share of the target
 * to all classes evenly, as PyTorch does.
 *
 * Rows labelled `ignoredLabel` are 0, and the n others B/n times as large: the mean over B rows is theirs alone.
 *
 * @throws RangeError when a label is no class, or all are ignored.
 */
export function classTargets(labels: readonly number[], K: number, labelSmoothing = 0): Tensor<'B K'> {
  const B = labels.length;
  const counted = labels.filter((label) => label !== ignoredLabel).length;
  if (counted === 0) throw new RangeError(`expected a label that is not ignored, got ${B} ignored ones`);
  const values = new Float32Array(B * K);
  labels.forEach((label, row) => {
    if (label === ignoredLabel) return;
    if (!(Number.isInteger(label) && label >= 0 && label < K)) {
      throw new RangeError(`label ${row}: expected 0…${K - 1} or ${ignoredLabel}, got ${label}`);
    }
    if (labelSmoothing > 0) values.fill(((labelSmoothing / K) * B) / counted, row * K, (row + 1) * K);
    values[row * K + label] = ((1 - labelSmoothing + labelSmoothing / K) * B) / counted;
  });
  return tf.tensor2d(values, [B, K]);
}
