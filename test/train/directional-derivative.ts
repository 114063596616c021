/** Gradients of a whole model against differences of its loss along a direction: too many values for each alone. */
import * as tf from '@tensorflow/tfjs-core';

import type { Parameter } from '../../src/train/trainable.js';
import { seededValues } from '../backend/seeded-values.js';

type Loss = () => tf.Scalar;

/** The gradient by each parameter that takes part, by official name. */
export function gradientsOf(
  parameters: ReadonlyMap<string, Parameter>,
  loss: Loss,
): Map<string, Float32Array> {
  const variables = [...parameters.values()].map(({ variable }) => variable);
  const { value, grads } = tf.variableGrads(loss, variables);
  const byName = new Map<string, Float32Array>();
  for (const [name, { variable }] of parameters) {
    const gradient = grads[variable.name];
    if (gradient) byName.set(name, Float32Array.from(gradient.dataSync()));
  }
  tf.dispose([value, grads]);
  return byName;
}

/**
 * |∇·d − slope| / ‖∇‖ for a fixed d that is half the gradient's own direction and half a random one. The slope is
 * (4·s(h/2) − s(h)) / 3 with central differences s, whose errors in h² cancel. The parameter is left as it was.
 */
export function derivativeError(
  { variable }: Parameter,
  gradient: Float32Array,
  loss: Loss,
  h = 1e-2,
): number {
  const norm = Math.hypot(...gradient);
  const noise = seededValues(variable.shape, 17).dataSync<'float32'>();
  const noiseNorm = Math.hypot(...noise);
  const direction = gradient.map((g, i) => g / norm + (noise[i] ?? 0) / noiseNorm);
  const expected = gradient.reduce((sum, g, i) => sum + g * (direction[i] ?? 0), 0);
  const start = Float32Array.from(variable.dataSync());
  const lossAt = (step: number): number =>
    tf.tidy(() => {
      const moved = start.map((value, i) => value + step * (direction[i] ?? 0));
      variable.assign(tf.tensor(moved, variable.shape));
      return loss().arraySync();
    });
  const difference = (step: number): number => (lossAt(step) - lossAt(-step)) / (2 * step);
  const slope = (4 * difference(h / 2) - difference(h)) / 3;
  lossAt(0);
  return Math.abs(slope - expected) / norm;
}
