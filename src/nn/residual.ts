/** How the result of a branch joins the stream it was computed from. */
import * as tf from '@tensorflow/tfjs-core';

import { checkShape, sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

/** x + branch·scale, with a scale per channel (LayerScale, Touvron et al. 2021) where there is one. */
export type Residual = (x: Tensor<'B N C'>, branch: Tensor<'B N C'>, scale?: Tensor<'C'>) => Tensor<'B N C'>;

/**
 * x + branch·scale: inference, and training without stochastic depth.
 *
 * @throws RangeError when shapes do not fit together.
 */
export const addResidual: Residual = (x, branch, scale) => {
  const [, , C] = sizes(x, 'B N C');
  checkShape(branch, x.shape);
  if (scale) sizes(scale, 'C', { C });
  if (scale === undefined) return tf.add(x, branch);
  const fused = twin('ScaledResidual')?.({ x, branch, scale });
  return fused ?? tf.tidy(() => tf.add(x, tf.mul(branch, scale)));
};

/**
 * Stochastic depth (Huang et al. 2016): x + branch·scale·keep/(1 − rate), where each sample keeps its branch with
 * probability 1 − rate. `random` gives numbers in [0, 1).
 *
 * Official code: timm's `DropPath`.
 *
 * @throws RangeError when the rate is not in [0, 1).
 */
export function dropPathResidual(rate: number, random: () => number): Residual {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`expected a drop path rate in [0, 1), got ${rate}`);
  if (rate === 0) return addResidual;
  return (x, branch, scale) =>
    tf.tidy(() => {
      const [B] = sizes(x, 'B N C');
      const kept = Float32Array.from({ length: B }, () => (random() < rate ? 0 : 1 / (1 - rate)));
      const scaled: tf.Tensor = scale === undefined ? branch : tf.mul(branch, scale);
      return tf.add(x, tf.mul(scaled, tf.tensor(kept, [B, 1, 1])));
    });
}
