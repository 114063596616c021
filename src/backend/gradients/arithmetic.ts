/** Gradients of functions of two variables, with broadcasting (`ofPair` undoes it), and of a sum of many. */
import * as tf from '@tensorflow/tfjs-core';

import { byIndex, ofPair, single } from './define.js';

const where = (claim: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.mul(dy, tf.cast(claim, 'float32'));

/** ∂(aᵇ)/∂b = aᵇ·ln a, taken as 0 where a ≤ 0 (there it is no real function of b). */
function powerByExponent(dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const positive = tf.greater(a, 0);
  const safe = tf.where(positive, a, tf.onesLike(a)); // ln 1 = 0
  return tf.mul(dy, tf.mul(tf.pow(safe, b), tf.log(safe)));
}

/** An equal pair gives its gradient to `a` alone, so that the two add up to dy. */
export const arithmeticGradients: readonly tf.GradConfig[] = [
  ofPair(
    tf.Add,
    (dy) => dy,
    (dy) => dy,
  ),
  ofPair(
    tf.Sub,
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  ofPair(
    tf.Multiply,
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  ofPair(
    tf.RealDiv,
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  ofPair(tf.Pow, (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))), powerByExponent),
  ofPair(
    tf.SquaredDifference,
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  ),
  ofPair(
    tf.Maximum,
    (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    (dy, a, b) => where(tf.less(a, b), dy),
  ),
  ofPair(
    tf.Minimum,
    (dy, a, b) => where(tf.lessEqual(a, b), dy),
    (dy, a, b) => where(tf.greater(a, b), dy),
  ),
  {
    kernelName: tf.AddN,
    saveAllInputs: true,
    gradFunc: (dy, terms) => byIndex(terms.map(() => () => tf.clone(single(dy)))),
  },
];
