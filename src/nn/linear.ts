/** An affine map of the last axis. */
import * as tf from '@tensorflow/tfjs-core';

import { checkLastAxis, sizes, type Tensor } from './tensor.js';

export interface Linear {
  /** Stored the other way round than in PyTorch: only an untransposed 2-D product takes tfjs's fast path. */
  readonly weight: Tensor<'In Out'>;
  readonly bias?: Tensor<'Out'>;
}

/** y = x·W + b: [..., In] → [..., Out]. Leading axes are flattened, so that there is one 2-D product. */
export function linear({ weight, bias }: Linear, x: Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [In, Out] = sizes(weight, 'In Out');
    checkLastAxis(x, 'In', In);
    const lead = x.shape.slice(0, -1);
    const product: tf.Tensor = tf.matMul(tf.reshape(x, [-1, In]), weight as tf.Tensor2D);
    return tf.reshape(bias ? tf.add(product, bias) : product, [...lead, Out]);
  });
}
