/** The two activation functions of the model. */
import * as tf from '@tensorflow/tfjs-core';

import { checkShape, type Tensor } from './tensor.js';
import { twin } from './twin.js';

export type Activation = 'gelu' | 'silu';

export function activate(activation: Activation, x: Tensor): tf.Tensor {
  return activation === 'gelu' ? gelu(x) : silu(x);
}

/** x·Φ(x) = ½·x·(1 + erf(x/√2)), exact: the tanh approximation is off by up to 5e-4. Used by InternViT. */
export function gelu(x: Tensor): tf.Tensor {
  return (
    twin('Gelu')?.({ x }) ?? tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)))
  );
}

/** x·σ(x). Used by QLLaMA. */
export function silu(x: Tensor): tf.Tensor {
  return twin('Silu')?.({ x }) ?? tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}

/** silu(gate)·x: the gated activation of LLaMA. @throws RangeError when the shapes differ. */
export function gatedSilu(gate: Tensor, x: Tensor): tf.Tensor {
  checkShape(gate, x.shape);
  return twin('GatedSilu')?.({ gate, x }) ?? tf.tidy(() => tf.mul(silu(gate), x));
}
