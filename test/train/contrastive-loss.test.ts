import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { contrastiveLoss } from '../../src/train/contrastive-loss.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';

/** The loss from its definition, in float64. */
function lossByHand(images: number[][], texts: number[][], logitScale: number, epsilon = 0): number {
  const unit = (x: number[]): number[] => x.map((value) => value / Math.hypot(...x));
  const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const logits = images.map((a) => texts.map((b) => Math.exp(logitScale) * dot(unit(a), unit(b))));
  const B = logits.length;
  const crossEntropy = (rows: number[][]): number =>
    rows.reduce((sum, row, i) => {
      const logZ = Math.log(row.reduce((z, value) => z + Math.exp(value), 0));
      const mean = row.reduce((total, value) => total + logZ - value, 0) / B;
      return sum + ((1 - epsilon) * (logZ - (row[i] ?? 0)) + epsilon * mean) / B;
    }, 0);
  const transposed = logits.map((_, i) => logits.map((row) => row[i] ?? 0));
  return (crossEntropy(logits) + crossEntropy(transposed)) / 2;
}

test.each([0, 0.1])('the loss is the mean of both cross-entropies (smoothing %f)', (epsilon) => {
  const [images, texts] = [seededValues([4, 6], 1), seededValues([4, 6], 2)];
  const loss = contrastiveLoss(images, texts, tf.scalar(1.3), epsilon).arraySync();
  const expected = lossByHand(
    images.arraySync() as number[][],
    texts.arraySync() as number[][],
    1.3,
    epsilon,
  );
  expect(loss).toBeCloseTo(expected, 5);
});

test('a loss of chance is ln B, one of matching pairs is near 0', () => {
  const same = tf.ones([8, 4]);
  expect(contrastiveLoss(same, same, tf.scalar(2)).arraySync()).toBeCloseTo(Math.log(8), 5);
  const eye = tf.eye(8);
  expect(contrastiveLoss(eye, eye, tf.scalar(Math.log(50))).arraySync()).toBeCloseTo(0, 5);
});

test('its gradient equals finite differences, the temperature included', () => {
  const loss = (images: tf.Tensor, texts: tf.Tensor, scale: tf.Tensor): tf.Tensor =>
    contrastiveLoss(images, texts, scale, 0.1);
  expect(
    gradientError(loss, [seededValues([3, 4], 3), seededValues([3, 4], 4), tf.scalar(0.7)]),
  ).toBeLessThan(2e-3);
});

test('batches of different sizes are refused', () => {
  expect(() => contrastiveLoss(tf.ones([3, 4]), tf.ones([2, 4]), tf.scalar(1))).toThrow(
    'expected [B=3, E=4], got [2, 4]',
  );
});

test('keeps the loss alone', () => {
  const [images, texts, scale] = [tf.ones([2, 3]), tf.ones([2, 3]), tf.scalar(1)];
  expect(() => contrastiveLoss(images, texts, scale)).toKeep(1);
});
