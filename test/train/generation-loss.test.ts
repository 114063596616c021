import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { generationLoss } from '../../src/train/generation-loss.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';

let states: tf.Tensor; // [B, T, C]
let head: { weight: tf.Tensor };
beforeAll(() => {
  states = seededValues([2, 4, 3], 1);
  head = { weight: seededValues([3, 6], 2) };
});

const labels = [
  [-100, 4, 0, -100],
  [-100, -100, 5, 2],
];

/** −log softmax(states·W)[label] at one token, in float64. */
function lossAt(b: number, t: number, label: number): number {
  const weight = head.weight.arraySync() as number[][];
  const x = (states.arraySync() as number[][][])[b]?.[t] ?? [];
  const logits = Array.from({ length: 6 }, (_, v) =>
    x.reduce((sum, value, c) => sum + value * (weight[c]?.[v] ?? 0), 0),
  );
  return Math.log(logits.reduce((z, value) => z + Math.exp(value), 0)) - (logits[label] ?? Number.NaN);
}

test('each label is predicted from the token before it; the mean is over all labels of the batch', () => {
  const expected = (lossAt(0, 0, 4) + lossAt(0, 1, 0) + lossAt(1, 1, 5) + lossAt(1, 2, 2)) / 4;
  expect(generationLoss(head, states, labels).arraySync()).toBeCloseTo(expected, 5);
});

test('the first token has none before it, and the last state predicts nothing', () => {
  const first = generationLoss(head, states, [[3, 4], [1]]).arraySync();
  expect(first).toBeCloseTo(lossAt(0, 0, 4), 5);
});

test('its gradient equals finite differences', () => {
  const loss = (x: tf.Tensor, weight: tf.Tensor): tf.Tensor => generationLoss({ weight }, x, labels);
  expect(gradientError(loss, [states, head.weight])).toBeLessThan(2e-3);
});

test('labels that do not fit are refused', () => {
  expect(() => generationLoss(head, states, [[0, 1]])).toThrow('expected 2 rows of labels, got 1');
  expect(() => generationLoss(head, states, [[-100, 6], []])).toThrow('label 0: expected 0…5 or -100, got 6');
  expect(() => generationLoss(head, states, [[-100], [-100]])).toThrow(
    'expected a label that is not ignored',
  );
  expect(() => generationLoss(head, states, [[], [-100, -100, -100, -100, 2]])).toThrow(
    'labels: expected them among 4 tokens, got one at 4',
  );
});

test('keeps the loss alone', () => {
  expect(() => generationLoss(head, states, labels)).toKeep(1);
});
