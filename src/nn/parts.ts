/** A batch in parts along its first axis, so that activations stay small: rows do not depend on each other. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from './tensor.js';
import { disposeTree } from './tree.js';

/** `fn` of at most `rows` rows of `x` at a time, in order; of all of them when there are no more. */
export function mapParts<Axes extends string, Result extends string>(
  x: Tensor<Axes>,
  rows: number,
  fn: (part: Tensor<Axes>) => Tensor<Result>,
): Tensor<Result>[] {
  const [B = 0] = x.shape;
  const step = Math.max(1, Math.min(rows, B));
  const count = Math.max(1, Math.ceil(B / step));
  return tf.tidy(() =>
    Array.from({ length: count }, (_, part) => {
      const start = part * step;
      return tf.tidy(() => fn(tf.slice(x as tf.Tensor, [start], [Math.min(step, B - start)])) as tf.Tensor);
    }),
  );
}

/** The parts one after the other along their first axis. It takes them over: they are disposed in any case. */
export function joinParts<Axes extends string>(parts: readonly Tensor<Axes>[]): Tensor<Axes> {
  const [only, ...more] = parts;
  if (only && more.length === 0) return only;
  try {
    return tf.concat(parts as tf.Tensor[]);
  } finally {
    disposeTree(parts);
  }
}
