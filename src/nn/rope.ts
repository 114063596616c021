/**
 * Rotary position embedding (Su et al. 2021) in the half-split form of Hugging Face's LLaMA: channel j is
 * paired with channel j + D/2, not with its neighbour; the checkpoint's rows are already permuted for it.
 */
import * as tf from '@tensorflow/tfjs-core';

import { sizes, type Tensor } from './tensor.js';
import { twin } from './twin.js';

export interface RopeTable {
  readonly cos: Tensor<'T D/2'>;
  readonly sin: Tensor<'T D/2'>;
}

/**
 * cos(p·base^(−2j/D)) and sin(…) for the given positions p and j = 0…D/2 − 1, in float32 throughout as the
 * official tables. Shapes: [T, D/2] each.
 */
export function ropeTable(positions: readonly number[], headDim: number, base: number): RopeTable {
  const half = headDim / 2;
  const frequencies = Float32Array.from(
    { length: half },
    (_, j) => 1 / Math.fround(base ** ((2 * j) / headDim)),
  );
  const angles = new Float32Array(positions.length * half);
  positions.forEach((p, t) => {
    frequencies.forEach((frequency, j) => {
      angles[t * half + j] = p * frequency;
    });
  });
  const shape: [number, number] = [positions.length, half];
  return { cos: tf.tensor2d(angles.map(Math.cos), shape), sin: tf.tensor2d(angles.map(Math.sin), shape) };
}

/**
 * (a, b) → (a·cos − b·sin, b·cos + a·sin) for the two halves a, b of every head: [B, T, C] → [B, T, C].
 * Products of two rotated vectors depend on the distance of their positions alone. The tables have T rows, or
 * B·T where samples stand at positions of their own.
 *
 * @throws RangeError when the tables are not of so many positions and C/numHeads channels.
 */
export function rotate(x: Tensor<'B T C'>, table: RopeTable, numHeads: number): tf.Tensor {
  const [B, T, C] = sizes(x, 'B T C');
  const { cos, sin } = table;
  if (B > 1 && cos.shape[0] === B * T) {
    return tf.tidy(() => tf.reshape(rotate(tf.reshape(x, [1, B * T, C]), table, numHeads), [B, T, C]));
  }
  for (const half of [cos, sin]) sizes(half, 'T D/2', { T, 'D/2': C / numHeads / 2 });
  return twin('Rotate')?.({ x, cos, sin }, { numHeads }) ?? composedRotate(x, table, numHeads);
}

function composedRotate(x: Tensor<'B T C'>, { cos, sin }: RopeTable, numHeads: number): tf.Tensor {
  return tf.tidy(() => {
    const [B, T, C] = sizes(x, 'B T C');
    const half = C / numHeads / 2;
    const table = (t: tf.Tensor) => tf.reshape(t, [1, T, 1, half]);
    const [c, s] = [table(cos), table(sin)];

    const [a, b] = tf.split(tf.reshape(x, [B, T, numHeads, 2 * half]), 2, 3) as [tf.Tensor, tf.Tensor];
    const rotated = tf.concat([tf.sub(tf.mul(a, c), tf.mul(b, s)), tf.add(tf.mul(b, c), tf.mul(a, s))], 3);
    return tf.reshape(rotated, [B, T, C]);
  });
}
