/** Texts of different lengths in one batch: rows of ids, filled up with 0. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';

type Rows = readonly (readonly number[])[];

/** Padding behind, for texts that are read to their end: number[][] → [B, T]. */
export const paddedRight = (rows: Rows): Tensor<'B T'> => padded(rows, () => 0);

/** Padding in front, for prompts that are continued. */
export const paddedLeft = (rows: Rows): Tensor<'B T'> => padded(rows, (missing) => missing);

function padded(rows: Rows, startOf: (missing: number) => number): Tensor<'B T'> {
  const T = Math.max(...rows.map((ids) => ids.length));
  const ids = new Int32Array(rows.length * T);
  for (const [i, row] of rows.entries()) ids.set(row, i * T + startOf(T - row.length));
  return tf.tensor2d(ids, [rows.length, T], 'int32');
}
