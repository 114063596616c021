import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import {
  contrastiveMask,
  generationMask,
  imageMask,
  matchingMask,
  textMask,
} from '../../src/qllama/masks.js';

/** The rows of sample b: 1 where a position may be looked at, · where not. */
function picture(mask: tf.Tensor, b: number): string[] {
  const rows = (tf.squeeze(tf.slice(mask, b, 1), [0]).arraySync() as number[][]) ?? [];
  return rows.map((row) => row.map((v) => (v === 0 ? '1' : v < -3e38 ? '·' : '?')).join(' '));
}
const real = (rows: number[][]) => tf.tensor2d(rows);

test('image: the queries see each other', () => {
  const mask = imageMask(2, 3);
  expect(mask.shape).toEqual([2, 3, 3]);
  for (const b of [0, 1]) expect(picture(mask, b)).toEqual(['1 1 1', '1 1 1', '1 1 1']);
});

// biome-ignore format: matrices
test('text: causal, and nobody sees padding', () => {
  const mask = textMask(tf.tensor2d([[1, 7, 9, 2, 0], [1, 5, 2, 0, 0]], [2, 5], 'int32'));
  expect(picture(mask, 0)).toEqual([
    '1 · · · ·',
    '1 1 · · ·',
    '1 1 1 · ·',
    '1 1 1 1 ·',
    '1 1 1 1 ·',
  ]);
  expect(picture(mask, 1)).toEqual([
    '1 · · · ·',
    '1 1 · · ·',
    '1 1 1 · ·',
    '1 1 1 · ·',
    '1 1 1 · ·',
  ]);
});

// biome-ignore format: matrices
describe('two queries, then text of which the first or the last token may be padding', () => {
  test('generation: text sees queries and is causal, queries see no text', () => {
    const mask = generationMask(2, real([[1, 1, 1], [0, 1, 1]]));
    expect(picture(mask, 0)).toEqual([
      '1 1 · · ·',
      '1 1 · · ·',
      '1 1 1 · ·',
      '1 1 1 1 ·',
      '1 1 1 1 1',
    ]);
    expect(picture(mask, 1)).toEqual([
      '1 1 · · ·',
      '1 1 · · ·',
      '1 1 · · ·',
      '1 1 · 1 ·',
      '1 1 · 1 1',
    ]);
  });

  test('matching: all see all but padding', () => {
    const mask = matchingMask(2, real([[1, 1, 1], [1, 1, 0]]));
    expect(picture(mask, 0)).toEqual(Array(5).fill('1 1 1 1 1'));
    expect(picture(mask, 1)).toEqual(Array(5).fill('1 1 1 1 ·'));
  });

  test('contrastive: two sequences side by side', () => {
    const mask = contrastiveMask(2, real([[1, 1, 1], [1, 1, 0]]));
    expect(picture(mask, 0)).toEqual([
      '1 1 · · ·',
      '1 1 · · ·',
      '· · 1 · ·',
      '· · 1 1 ·',
      '· · 1 1 1',
    ]);
    expect(picture(mask, 1)).toEqual([
      '1 1 · · ·',
      '1 1 · · ·',
      '· · 1 · ·',
      '· · 1 1 ·',
      '· · 1 1 ·',
    ]);
  });
});

test('each keeps its result alone', () => {
  const tokens = real([[1, 1, 0]]);
  for (const mask of [generationMask, matchingMask, contrastiveMask]) {
    expect(() => mask(2, tokens)).toKeep(1);
  }
  expect(() => imageMask(2, 3)).toKeep(1);
  expect(() => textMask(tokens)).toKeep(1);
});
