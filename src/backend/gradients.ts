/**
 * The gradients of every operation the model uses, registered with tfjs.
 *
 * tfjs-core carries gradients of its own, but its module that registers them cannot be imported by plain Node
 * (it uses paths without extension), only through a bundler. These are the project's, written for the fast
 * operations of the WebAssembly backend. `tf.logSoftmax` and `tf.broadcastTo` need none: tfjs composes them.
 */
import * as tf from '@tensorflow/tfjs-core';

import { arithmeticGradients } from './gradients/arithmetic.js';
import { choiceGradients } from './gradients/choice.js';
import { elementwiseGradients } from './gradients/elementwise.js';
import { layoutGradients } from './gradients/layout.js';
import { matMulGradient } from './gradients/matmul.js';
import { partGradients } from './gradients/parts.js';
import { reductionGradients } from './gradients/reduction.js';

/** All of them, by kind. */
export const gradients: readonly tf.GradConfig[] = [
  ...elementwiseGradients,
  ...arithmeticGradients,
  ...reductionGradients,
  matMulGradient,
  ...layoutGradients,
  ...partGradients,
  ...choiceGradients,
];

/** Makes `tf.grad`, `tf.variableGrads`… work, in plain Node too. A second call changes nothing. */
export function registerGradients(): void {
  for (const gradient of gradients) {
    if (tf.getGradient(gradient.kernelName) !== gradient) tf.registerGradient(gradient);
  }
}
