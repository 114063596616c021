/** How far two results are apart. */
import type * as tf from '@tensorflow/tfjs-core';

/** ‖actual − expected‖₂ / ‖expected‖₂; NaN when the numbers of elements differ. */
export function relativeL2(actual: tf.Tensor, expected: tf.Tensor | ArrayLike<number>): number {
  const got = actual.dataSync();
  const wanted = 'dataSync' in expected ? expected.dataSync() : expected;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < Math.max(got.length, wanted.length); i++) {
    difference += ((got[i] ?? Number.NaN) - (wanted[i] ?? Number.NaN)) ** 2;
    norm += (wanted[i] ?? Number.NaN) ** 2;
  }
  return Math.sqrt(difference / norm);
}
