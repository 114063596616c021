import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { contrastiveLoss, pairTargets, sameImageTargets } from '../../src/train/contrastive-loss.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';

/** The loss from its definition, in float64. */
function lossByHand(images: number[][], texts: number[][], logitScale: number, targets: number[][]): number {
  const unit = (x: number[]): number[] => x.map((value) => value / Math.hypot(...x));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const logits = images.map((a) => texts.map((b) => Math.exp(logitScale) * dot(unit(a), unit(b))));
  const crossEntropy = (rows: number[][]): number =>
    rows.reduce((sum, row, i) => {
      const logZ = Math.log(row.reduce((z, value) => z + Math.exp(value), 0));
      const likelihoods = row.map((value) => value - logZ);
      return sum - dot(targets[i] ?? [], likelihoods);
    }, 0) / targets.filter((row) => row.some((value) => value > 0)).length;
  const transposed = logits.map((_, i) => logits.map((row) => row[i] ?? 0));
  return (crossEntropy(logits) + crossEntropy(transposed)) / 2;
}

let images: tf.Tensor;
let texts: tf.Tensor;
beforeAll(() => {
  images = seededValues([4, 6], 1);
  texts = seededValues([4, 6], 2);
});
const lossOf = (targets: number[][]): number =>
  lossByHand(images.arraySync() as number[][], texts.arraySync() as number[][], 1.3, targets);

const all = [true, true, true, true];

// biome-ignore format: a matrix a line
test.each([
  ['pairs', all, 0, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]],
  ['pairs, smoothed', all, 0.2, [[0.85, 0.05, 0.05, 0.05], [0.05, 0.85, 0.05, 0.05], [0.05, 0.05, 0.85, 0.05],
    [0.05, 0.05, 0.05, 0.85]]],
  ['pairs of which two do not count', [true, false, true, false], 0,
    [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]],
  ['the same, smoothed', [false, true, true, true], 0.2, [[0, 0, 0, 0], [0.05, 0.85, 0.05, 0.05],
    [0.05, 0.05, 0.85, 0.05], [0.05, 0.05, 0.05, 0.85]]],
])('the loss is the mean of both cross-entropies: %s', (_, counts, smoothing, targets) => {
  const loss = contrastiveLoss(images, texts, tf.scalar(1.3), pairTargets(counts, smoothing)).arraySync();
  expect(loss).toBeCloseTo(lossOf(targets), 5);
});

test('without targets image and text of a row belong together', () => {
  const loss = contrastiveLoss(images, texts, tf.scalar(1.3)).arraySync();
  expect(loss).toBe(contrastiveLoss(images, texts, tf.scalar(1.3), pairTargets(all)).arraySync());
});

test('texts of one image share it evenly', () => {
  const targets = sameImageTargets([5, 9, 5, 5]);
  const third = Math.fround(1 / 3);
  const shared = [third, 0, third, third];
  expect(targets.arraySync()).toEqual([shared, [0, 1, 0, 0], shared, shared]);
  const loss = contrastiveLoss(images, texts, tf.scalar(1.3), targets).arraySync();
  expect(loss).toBeCloseTo(lossOf(targets.arraySync() as number[][]), 5);
});

test('a loss of chance is ln B, one of matching pairs is near 0', () => {
  const same = tf.ones([8, 4]);
  expect(contrastiveLoss(same, same, tf.scalar(2)).arraySync()).toBeCloseTo(Math.log(8), 5);
  const eye = tf.eye(8);
  expect(contrastiveLoss(eye, eye, tf.scalar(Math.log(50))).arraySync()).toBeCloseTo(0, 5);
});

test('its gradient equals finite differences, the temperature included', () => {
  const loss = (images: tf.Tensor, texts: tf.Tensor, scale: tf.Tensor): tf.Tensor =>
    contrastiveLoss(images, texts, scale, pairTargets([true, false, true], 0.1));
  expect(
    gradientError(loss, [seededValues([3, 4], 3), seededValues([3, 4], 4), tf.scalar(0.7)]),
  ).toBeLessThan(2e-3);
});

test('batches of different sizes are refused', () => {
  expect(() => contrastiveLoss(tf.ones([3, 4]), tf.ones([2, 4]), tf.scalar(1))).toThrow(
    'expected [B=3, E=4], got [2, 4]',
  );
});

test('targets of another size are refused', () => {
  expect(() => contrastiveLoss(images, texts, tf.scalar(1), sameImageTargets([1, 2]))).toThrow(
    'expected [B=4, K=4], got [2, 2]',
  );
});

test('keeps the loss alone', () => {
  const [images, texts, scale] = [tf.ones([2, 3]), tf.ones([2, 3]), tf.scalar(1)];
  expect(() => contrastiveLoss(images, texts, scale)).toKeep(1);
});
