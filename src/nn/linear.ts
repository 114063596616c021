/** An affine map of the last axis, with the activation that often follows it. */
import * as tf from '@tensorflow/tfjs-core';

import { type Activation, activate } from './activations.js';
import { checkLastAxis, sizes, type Tensor } from './tensor.js';
import { isRecording, twin } from './twin.js';
import { isLent, type LentWeight, type Weight, weightSizes } from './weight.js';

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
  const rows = tf.reshape(x, [-1, In]) as tf.Tensor2D;
  const product: tf.Tensor = isLent(weight)
    ? lentProduct(rows, weight)
    : tf.matMul(rows, weight as tf.Tensor2D);
  const y = tf.reshape(bias ? tf.add(product, bias) : product, [...x.shape.slice(0, -1), Out]);
  return activation ? activate(activation, y) : y;
}

/** [N, In] → [N, Out], in as many parts along Out as the device needs: each sum stays what it is. */
function lentProduct(x: tf.Tensor2D, weight: LentWeight): tf.Tensor2D {
  const [Out] = weight.shape;
  const { rowsPerTensor = Out } = weight;
  const parts: tf.Tensor2D[] = [];
  for (let from = 0; from < Out; from += rowsPerTensor) {
    const to = Math.min(from + rowsPerTensor, Out);
    parts.push(tf.tidy(() => tf.matMul(x, weight.toTensor([from, to]))));
  }
  return parts.length === 1 ? (parts[0] as tf.Tensor2D) : tf.concat(parts, 1);
}
