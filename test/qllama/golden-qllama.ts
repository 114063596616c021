/** QLLaMA of the golden model, and what its parts are asked. */
import * as tf from '@tensorflow/tfjs-core';

import { Scope } from '../../src/checkpoint/scope.js';
import type { QLlama } from '../../src/qllama/qllama.js';
import { readQLlama } from '../../src/qllama/weights.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';

/** 96 queries of 64 channels, 4 layers; an image token has 60. */
export const config = goldenConfig.qllama;

export const readGolden = (): Promise<QLlama> => readQLlama(new Scope(goldenWeights), config, 'resident');

export const idRows = (...rows: readonly (readonly number[])[]): tf.Tensor2D =>
  tf.tensor2d(
    rows.map((row) => [...row]),
    [rows.length, rows[0]?.length ?? 0],
    'int32',
  );

/** Rows from `b` on, `count` of them. */
export const rowsFrom = (x: tf.Tensor, b: number, count = 1): tf.Tensor => {
  const rest = x.shape.slice(1).map(() => 0);
  return tf.slice(x, [b, ...rest], [count, ...rest.map(() => -1)]);
};
