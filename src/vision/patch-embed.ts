/**
 * Pixels to tokens: the picture is cut into P×P patches, each becomes one token; a class token goes first.
 *
 * Paper: §3.2, ViT.   Official code: `InternVisionEmbeddings`.
 * The strided convolution of the official code is written as the matrix product that it is.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type Linear, linear } from '../nn/linear.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { InternVitConfig } from './config.js';
import { positionsFor } from './position.js';

export interface Embeddings {
  readonly classEmbedding: Tensor<'1 1 C'>;
  /** Row 0 belongs to the class token, the others to the patches, row by row. */
  readonly positionEmbedding: Tensor<'1 N C'>;
  /** [3·P·P, C]; a patch is read channel by channel, then row by row. */
  readonly patchEmbedding: Linear;
}

/**
 * [class ‖ patches·W + b] + positions: [B, Y, X, 3] → [B, 1 + (Y/P)·(X/P), C].
 * The position table is interpolated when the picture's grid is not the table's.
 */
export function embed(
  config: InternVitConfig,
  params: Embeddings,
  pixels: Tensor<'B Y X 3'>,
): Tensor<'B N C'> {
  return tf.tidy(() => {
    const { patchSize: P, hiddenSize: C } = config;
    const [B, Y, X] = sizes(pixels, 'B Y X 3', { 3: config.numChannels });
    if (Y % P !== 0 || X % P !== 0) {
      throw new RangeError(`expected a picture whose sides are multiples of ${P}, got ${X}×${Y}`);
    }
    const patches = linear(params.patchEmbedding, cutPatches(pixels, P)); //       [B, N - 1, C]
    const classToken = tf.tile(params.classEmbedding as tf.Tensor3D, [B, 1, 1]); // [B, 1, C]
    const tokens = tf.concat([classToken, tf.reshape(patches, [B, -1, C])], 1);
    return tf.add(tokens, positionsFor(params.positionEmbedding, Y / P, X / P));
  });
}

/** Each patch as one row, channel → row → column: [B, Y, X, 3] → [B, N, 3·P·P]. */
export function cutPatches(pixels: Tensor<'B Y X 3'>, P: number): Tensor<'B N 3PP'> {
  return tf.tidy(() => {
    const [B, Y, X, channels] = sizes(pixels, 'B Y X 3');
    const grid = tf.reshape(pixels, [B * (Y / P), P, X / P, P * channels]);
    const columns = tf.reshape(tf.transpose(grid, [0, 2, 1, 3]), [-1, P * P, channels]); // [B·N, P·P, 3]
    return tf.reshape(tf.transpose(columns, [0, 2, 1]), [B, -1, channels * P * P]);
  });
}
