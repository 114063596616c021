/** Embeddings of all ranks side by side, so that every pair is a negative of every other. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';
import type { RankGroup } from './rank-group.js';

/**
 * [B/ranks, E] → [B, E] in the order of the ranks. This rank's rows stay differentiable, those of the others are
 * constants: the ranks' gradients add up to the whole.
 */
export function gathered(group: RankGroup, set: number, local: Tensor<'B E'>): Tensor<'B E'> {
  const [rows = 0, E = 0] = local.shape;
  const all = group.gather(set, local.dataSync()); // inside the forward: the others wait for these rows
  if (group.ranks === 1) return local;
  const before = tf.tensor2d(all.slice(0, group.rank * rows * E), [group.rank * rows, E]);
  const after = tf.tensor2d(all.slice((group.rank + 1) * rows * E), [
    (group.ranks - group.rank - 1) * rows,
    E,
  ]);
  return tf.concat(
    [before, local, after].filter((part) => part.size > 0),
    0,
  );
}

/**
 * Each rank computes the contrast of the whole batch, so only one of them may count the temperature's gradient.
 */
export function temperatureOf(group: RankGroup, logitScale: Tensor<''>): Tensor<''> {
  return group.rank === 0 ? logitScale : tf.scalar(logitScale.dataSync()[0] ?? 0);
}
