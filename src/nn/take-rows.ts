/** Rows of a table by their numbers: token embeddings, and choosing tokens. */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

/**
 * y[i] = table[ids[i]]: [V, C], int32 [M] → [M, C]. Differentiable by the table: rows that were taken several
 * times add up.
 */
export function takeRows(table: Tensor<'V C'>, ids: Tensor<'M'>): Tensor<'M C'> {
  sizes(table, 'V C');
  sizes(ids, 'M');
  return twin('TakeRows')?.({ table, ids }) ?? tf.gather(table as tf.Tensor, ids as tf.Tensor1D);
}
