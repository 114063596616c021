/** An affine map of the last axis, with the activation that often follows it. */
import * as tf from '@tensorflow/tfjs-core';

import { type Activation, activate } from './activations.js';
import { checkLastAxis, sizes, type Tensor } from './tensor.js';
import { isRecording, twin } from './twin.js';
import { isLent, type Weight, weightSizes } from './weight.js';

export interface Linear {
  /** A tensor is stored the other way round than in PyTorch: [In, Out], as tfjs multiplies fastest. */
  readonly weight: Weight;
  readonly bias?: Tensor<'Out'>;
}

/**
 * y = act(x·W + b): [..., In] → [..., Out], act the identity when left out.
 *
 * @throws RangeError when shapes do not fit together.
 */
export function linear(params: Linear, x: Tensor, activation?: Activation): tf.Tensor {
  return tf.tidy(() => {
    const [In, Out] = weightSizes(params.weight);
    checkLastAxis(x, 'In', In);
    if (params.bias) sizes(params.bias, 'Out', { Out });
    // Gradients need the value before the activation, which a fused kernel does not keep.
    if (activation && isRecording()) return activate(activation, linear(params, x));
    return fusedLinear(params, x, activation) ?? composedLinear(params, x, activation);
  });
}

function fusedLinear({ weight, bias }: Linear, x: Tensor, activation?: Activation): tf.Tensor | undefined {
  if (isLent(weight)) return twin('LentLinear')?.({ x, bias }, { weight, activation });
  return twin('Linear')?.({ x, weight, bias }, { activation });
}

/** Leading axes are flattened, so that there is one 2-D product: only that takes tfjs's fast path. */
function composedLinear({ weight, bias }: Linear, x: Tensor, activation?: Activation): tf.Tensor {
  const [In, Out] = weightSizes(weight);
  const matrix = isLent(weight) ? weight.toTensor() : (weight as tf.Tensor2D); // weightSizes: rank 2
  const product: tf.Tensor = tf.matMul(tf.reshape(x, [-1, In]), matrix);
  const y = tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), Out]);
  return activation ? activate(activation, y) : y;
}
