/** Layer normalisation with gain and bias (Ba et al. 2016), as PyTorch's `nn.LayerNorm`. */
import * as tf from '@tensorflow/tfjs-core';

import { checkLastAxis, sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

export interface LayerNorm {
  readonly weight: Tensor<'C'>;
  readonly bias: Tensor<'C'>;
}

/**
 * (x − μ) / √(σ² + ε) · w + b over the last axis, σ² the population variance: [..., C] → [..., C].
 *
 * @throws RangeError when shapes do not fit together.
 */
export function layerNorm(params: LayerNorm, x: Tensor, eps: number): tf.Tensor {
  const { weight, bias } = params;
  const [C] = sizes(weight, 'C');
  sizes(bias, 'C', { C });
  checkLastAxis(x, 'C', C);
  return twin('LayerNorm')?.({ x, weight, bias }, { eps }) ?? composedLayerNorm(params, x, eps);
}

function composedLayerNorm({ weight, bias }: LayerNorm, x: tf.Tensor, eps: number): tf.Tensor {
  return tf.tidy(() => {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const normalised = tf.mul(centred, tf.rsqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(normalised, weight), bias);
  });
}
