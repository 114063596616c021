/** Root-mean-square normalisation (Zhang & Sennrich 2019). Official code: `InternRMSNorm`, `LlamaRMSNorm`. */
import * as tf from '@tensorflow/tfjs-core';

import { checkLastAxis, sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

export interface RmsNorm {
  readonly weight: Tensor<'C'>;
}

/** x / √(mean(x²) + ε) · w over the last axis: [..., C] → [..., C]. @throws RangeError for another C. */
export function rmsNorm({ weight }: RmsNorm, x: Tensor, eps: number): tf.Tensor {
  const [C] = sizes(weight, 'C');
  checkLastAxis(x, 'C', C);
  return twin('RMSNorm')?.({ x, weight }, { eps }) ?? composedRmsNorm(weight, x, eps);
}

function composedRmsNorm(weight: tf.Tensor, x: tf.Tensor, eps: number): tf.Tensor {
  return tf.tidy(() => {
    const meanSquare = tf.mean(tf.square(x), -1, true);
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), weight);
  });
}
