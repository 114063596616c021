import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { matchingLoss } from '../../src/train/matching-loss.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';

let states: tf.Tensor; // [B, Q, C]
let head: { weight: tf.Tensor; bias: tf.Tensor };
beforeAll(() => {
  states = seededValues([3, 4, 5], 1);
  head = { weight: seededValues([5, 2], 2), bias: seededValues([2], 3) };
});

/** −log softmax(mean over the queries of states·W + b)[label] of a row, in float64. */
function lossOfRow(row: number, label: number): number {
  const [weight, bias] = [head.weight.arraySync() as number[][], head.bias.arraySync() as number[]];
  const queries = (states.arraySync() as number[][][])[row] ?? [];
  const logits = bias.map((b, k) => {
    const scores = queries.map((x) => x.reduce((sum, value, c) => sum + value * (weight[c]?.[k] ?? 0), b));
    return scores.reduce((sum, score) => sum + score, 0) / queries.length;
  });
  return Math.log(logits.reduce((z, value) => z + Math.exp(value), 0)) - (logits[label] ?? Number.NaN);
}

test('the loss is the cross-entropy of the mean of the logits over the queries', () => {
  const expected = (lossOfRow(0, 0) + lossOfRow(1, 0) + lossOfRow(2, 1)) / 3;
  expect(matchingLoss(head, states, [0, 0, 1]).arraySync()).toBeCloseTo(expected, 5);
});

test('ignored rows do not count, not even in the mean', () => {
  const expected = (lossOfRow(0, 0) + lossOfRow(2, 1)) / 2;
  expect(matchingLoss(head, states, [0, -100, 1]).arraySync()).toBeCloseTo(expected, 5);
});

test('its gradient equals finite differences', () => {
  const loss = (x: tf.Tensor, weight: tf.Tensor, bias: tf.Tensor): tf.Tensor =>
    matchingLoss({ weight, bias }, x, [0, -100, 1]);
  expect(gradientError(loss, [states, head.weight, head.bias])).toBeLessThan(2e-3);
});

test('labels of another number are refused, and those that are all ignored', () => {
  expect(() => matchingLoss(head, states, [0, 1])).toThrow('expected [B=3, K=2], got [2, 2]');
  expect(() => matchingLoss(head, states, [-100, -100, -100])).toThrow(
    'expected a label that is not ignored',
  );
});

test('keeps the loss alone', () => {
  expect(() => matchingLoss(head, states, [0, 1, 1])).toKeep(1);
});
