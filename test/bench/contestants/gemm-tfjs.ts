/** The matrix product of tfjs-backend-wasm, in the form it is fastest with: [m, k]·[k, n], not transposed. */
import * as tf from '@tensorflow/tfjs-core';

import { startBackend } from '../../../src/backend/start.js';
import { transpose } from '../../../src/checkpoint/transpose.js';
import type { Prepared } from '../contestant/sampler.js';
import type { MatmulSettings } from './matmul-shape.js';
import { valuesOf } from './values.js';

export async function prepare({ m, k, n }: MatmulSettings): Promise<Prepared> {
  await startBackend({ threads: 1 });
  const x = tf.tensor2d(valuesOf('x', m * k), [m, k]);
  const weights = tf.tensor2d(transpose(valuesOf('weights', n * k), n, k), [k, n]);
  const output = tf.tidy(() => tf.matMul(x, weights).dataSync()) as Float32Array; // float32 in, float32 out
  const run = () => void tf.matMul(x, weights).dispose();
  return { samplers: { run: { run, work: 2 * m * k * n } }, outputs: { run: output } };
}
