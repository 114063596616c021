/**
 * Token dropping: in stage 1 every picture shows only a random part of its patches to the tower, which makes
 * a step much cheaper.
 *
 * Paper: table 13 (50 % of the image tokens, until the last 0.5 B samples).   Source: FLIP, Li et al. 2023.
 */
import * as tf from '@tensorflow/tfjs-core';

import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/** Uniform numbers in [0, 1). */
export interface RandomSource {
  next(): number;
}

/** Tokens that stay of N when `share` of the N − 1 patches go: at least the class token and one patch. */
export function keptTokens(N: number, share: number): number {
  if (N < 2) throw new RangeError(`expected the class token and a patch, got ${N} tokens`);
  if (!(share >= 0 && share < 1)) throw new RangeError(`expected a share in [0, 1), got ${share}`);
  return 1 + Math.max(1, Math.round((N - 1) * (1 - share)));
}

/**
 * For each of B pictures the M tokens that stay, as rows of [B·N, C], ascending: token 0 (the class token)
 * always, the patches a uniformly random subset of their own.
 */
export function keptRows(B: number, N: number, M: number, random: RandomSource): Int32Array {
  const rows = new Int32Array(B * M);
  const patches = Array.from({ length: N - 1 }, (_, i) => i + 1);
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < M - 1; i++) {
      const j = i + Math.floor(random.next() * (patches.length - i)); // the first M − 1 places of a shuffle
      [patches[i], patches[j]] = [patches[j] ?? 0, patches[i] ?? 0];
    }
    const kept = [0, ...patches.slice(0, M - 1)].sort((a, b) => a - b);
    kept.forEach((token, i) => {
      rows[b * M + i] = b * N + token;
    });
  }
  return rows;
}

/**
 * Drops `share` of each picture's patches at random, before the first block, after the positions were added:
 * [B, N, C] → [B, M, C] with M = keptTokens(N, share). Differentiable.
 */
export function dropTokens(tokens: Tensor<'B N C'>, share: number, random: RandomSource): Tensor<'B N C'> {
  return tf.tidy(() => {
    const [B, N, C] = sizes(tokens, 'B N C');
    const M = keptTokens(N, share);
    const rows = tf.tensor1d(keptRows(B, N, M, random), 'int32');
    return tf.reshape(takeRows(tf.reshape(tokens, [B * N, C]), rows), [B, M, C]);
  });
}
