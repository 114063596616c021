/**
 * Position embeddings for pictures of another size than the table was trained for.
 *
 * Official code: `resize_pos_embeddings` (offline) and `_get_pos_embed` (at every forward): the same numbers.
 * PyTorch's bicubic (a = −0.75, half-pixel centres, no antialiasing) is linear in the table and separable, so
 * it is one matrix product along each side.
 */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from '../nn/tensor.js';

const A = -0.75;

/**
 * The table for a grid of `gridY`×`gridX` patches: itself when it fits, else interpolated.
 * [1, N, C] → [1, 1 + gridY·gridX, C].
 */
export function positionsFor(table: Tensor<'1 N C'>, gridY: number, gridX: number): Tensor<'1 N C'> {
  const side = Math.sqrt((table.shape[1] ?? 0) - 1);
  return side === gridY && side === gridX ? table : resizePositions(table, gridY, gridX);
}

/**
 * Bicubic interpolation of the patch rows to a grid of `gridY`×`gridX`; row 0 (the class token) is kept.
 *
 * @throws RangeError when the table does not describe a square grid.
 */
export function resizePositions(table: Tensor<'1 N C'>, gridY: number, gridX: number): Tensor<'1 N C'> {
  return tf.tidy(() => {
    const [, N, C] = sizes(table, '1 N C');
    const side = Math.sqrt(N - 1);
    if (!Number.isInteger(side)) {
      throw new RangeError(`position table: expected 1 + a square of rows, got ${N}`);
    }

    const rows = tf.reshape(table, [N, C]);
    const [classRow, patches] = tf.split(rows, [1, N - 1], 0) as [tf.Tensor2D, tf.Tensor2D];
    const horizontal = bicubicMatrix(side, gridX); // [gridX, side]
    const vertical = bicubicMatrix(side, gridY); //   [gridY, side]
    const wide = resizeRows(tf.reshape(patches, [side, side, C]), horizontal); // [side, gridX, C]
    const tall = tf.matMul(vertical, tf.reshape(wide, [side, gridX * C])); //     [gridY, gridX·C]
    return tf.reshape(tf.concat([classRow, tf.reshape(tall, [gridY * gridX, C])], 0), [1, -1, C]);
  });
}

/** Interpolates the middle axis: [Y, X, C] → [Y, gridX, C]. */
function resizeRows(x: tf.Tensor3D, weights: tf.Tensor2D): tf.Tensor3D {
  const [Y, X, C] = x.shape;
  const columns = tf.reshape(tf.transpose(x, [1, 0, 2]), [X, Y * C]);
  return tf.transpose(tf.reshape(tf.matMul(weights, columns), [-1, Y, C]), [1, 0, 2]);
}

/**
 * Row o holds the four weights with which output o reads the inputs; taps beyond the border read the border.
 * [out, in].
 */
function bicubicMatrix(from: number, to: number): tf.Tensor2D {
  const matrix = new Float32Array(to * from);
  for (let o = 0; o < to; o++) {
    const source = (o + 0.5) * (from / to) - 0.5;
    const i = Math.floor(source);
    const t = source - i;
    [outer(t + 1), inner(t), inner(1 - t), outer(2 - t)].forEach((weight, tap) => {
      const index = o * from + Math.min(Math.max(i - 1 + tap, 0), from - 1);
      matrix[index] = (matrix[index] ?? 0) + weight;
    });
  }
  return tf.tensor2d(matrix, [to, from]);
}

/** The cubic kernel at distance 0..1. */
const inner = (x: number) => ((A + 2) * x - (A + 3)) * x * x + 1;
/** The cubic kernel at distance 1..2. */
const outer = (x: number) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
