/** Cosines between the rows of two sets of embeddings. */
import * as tf from '@tensorflow/tfjs-core';

import type { Embeddings } from './embeddings.js';

/** Row-major table of `rows` × `columns` numbers. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** Rows of one product: bounds the memory of a retrieval over tens of thousands of texts. */
const ROWS_AT_ONCE = 1024;

/**
 * a·bᵀ of rows of length 1: [A, E], [B, E] → [A, B].
 *
 * @throws RangeError when the widths differ.
 */
export async function cosines(a: Embeddings, b: Embeddings): Promise<Table> {
  if (a.width !== b.width) throw new RangeError(`expected embeddings of width ${a.width}, got ${b.width}`);
  const data = new Float32Array(a.rows * b.rows);
  const columns = tf.tidy(() => tf.transpose(tf.tensor2d(b.data, [b.rows, b.width]))); // [E, B]
  try {
    for (let start = 0; start < a.rows; start += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, a.rows - start);
      const rows = a.data.subarray(start * a.width, (start + count) * a.width);
      const product = tf.tidy(() => tf.matMul(tf.tensor2d(rows, [count, a.width]), columns));
      data.set(await product.data<'float32'>(), start * b.rows);
      product.dispose();
    }
  } finally {
    columns.dispose();
  }
  return { rows: a.rows, columns: b.rows, data };
}

/** Columns and rows exchanged. */
export function transposed({ rows, columns, data }: Table): Table {
  const flipped = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) flipped[c * rows + r] = data[r * columns + c] ?? 0;
  }
  return { rows: columns, columns: rows, data: flipped };
}

/**
 * Indices of the `count` largest values, largest first; equal values keep their order.
 *
 * @throws Error when a value is NaN: it has no rank; RangeError for a count that is no whole number from 1.
 */
export function largest(values: Float32Array, count: number): number[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new RangeError(`topK: expected a whole number from 1, got ${count}`);
  }
  const nan = values.findIndex(Number.isNaN);
  if (nan >= 0) throw new Error(`expected comparable values, got NaN at ${nan}`);
  const order = Array.from(values.keys());
  order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  return order.slice(0, count);
}

export function tableRow({ rows, columns, data }: Table, i: number): Float32Array {
  if (!(i >= 0 && i < rows)) throw new RangeError(`expected a row below ${rows}, got ${i}`);
  return data.subarray(i * columns, (i + 1) * columns);
}
