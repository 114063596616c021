/** The batch of three for which the official losses of the model of `golden-model.ts` are known. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../../src/nn/tensor.js';
import { goldenPixels } from '../contrastive/golden-model.js';
import { samplesOf } from './tiny-stage-2.js';

export const goldenBatchPixels = (): Tensor<'B Y X 3'> =>
  tf.tidy(() => tf.concat([goldenPixels(1000, 2, 28), goldenPixels(1002, 1, 28)] as tf.Tensor[]));

export const goldenSamples = samplesOf(
  [
    [1, 20, 21, 22, 2],
    [1, 23, 24, 2],
    [1, 25, 26, 27, 28, 2],
  ],
  { summarize: [1, 10, 11, 12], prompt: [1, 13, 14, 15, 16], length: 12 },
);
