/** Root-mean-square normalisation (Zhang & Sennrich 2019). Official code: `InternRMSNorm`, `LlamaRMSNorm`. */
import * as tf from '@tensorflow/tfjs-core';

import { checkLastAxis, type Tensor } from './tensor.js';

export interface RmsNorm {
  readonly weight: Tensor<'C'>;
}

/** x / √(mean(x²) + ε) · w over the last axis: [..., C] → [..., C]. */
export function rmsNorm({ weight }: RmsNorm, x: Tensor, eps: number): tf.Tensor {
  return tf.tidy(() => {
    checkLastAxis(x, 'C', weight.size);
    const meanSquare = tf.mean(tf.square(x), -1, true);
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), weight);
  });
}
