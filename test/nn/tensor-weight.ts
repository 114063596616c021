/** The weight of a linear map where a test knows that it is a tensor. */
import * as tf from '@tensorflow/tfjs-core';

import type { Weight } from '../../src/nn/weight.js';

/** @throws TypeError when it is lent. */
export function tensorWeight(weight: Weight): tf.Tensor {
  if (weight instanceof tf.Tensor) return weight;
  throw new TypeError('expected a weight that is a tensor, got a lent one');
}
