import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { addResidual, dropPathResidual } from '../../src/nn/residual.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from './relative-l2.js';

const B = 10;
let x: tf.Tensor;
let branch: tf.Tensor;
beforeAll(() => {
  x = seededValues([B, 2, 3], 1);
  branch = seededValues([B, 2, 3], 2);
});

/** 0.05, 0.15, … 0.95, and again: a share of exactly `rate` lies below any tenth. */
function evenly(): () => number {
  let i = 0;
  return () => ((i++ % B) + 0.5) / B;
}
const rows = (t: tf.Tensor) => tf.unstack(t).map((row) => [...row.dataSync()]);

test('without stochastic depth the branch is added', () => {
  expect(addResidual(x, branch).arraySync()).toEqual(tf.add(x, branch).arraySync());
});

test('at rate 0 stochastic depth is the plain sum, and draws no number', () => {
  const residual = dropPathResidual(0, () => {
    throw new Error('a number was drawn');
  });
  expect(residual(x, branch).arraySync()).toEqual(addResidual(x, branch).arraySync());
});

test('a sample keeps its whole branch, scaled, or none of it', () => {
  const y = rows(dropPathResidual(0.3, evenly())(x, branch));
  const kept = rows(tf.add(x, tf.mul(branch, 1 / 0.7)));
  expect(y.slice(0, 3)).toEqual(rows(x).slice(0, 3));
  y.slice(3).forEach((row, i) => {
    expect(relativeL2(tf.tensor1d(row), kept[i + 3] ?? [])).toBeLessThan(1e-6);
  });
});

test.each([0.1, 0.2, 0.5, 0.9])('at rate %d the expectation is the plain sum', (rate) => {
  const same = (t: tf.Tensor) => tf.tile(tf.slice(t, 0, 1), [B, 1, 1]);
  const y = dropPathResidual(rate, evenly())(same(x), same(branch));
  const expected = addResidual(tf.slice(x, 0, 1), tf.slice(branch, 0, 1));
  expect(relativeL2(tf.mean(y, 0, true), expected)).toBeLessThan(1e-5);
});

test.each([-0.1, 1, 1.5, Number.NaN])('a rate of %d is an error', (rate) => {
  expect(() => dropPathResidual(rate, Math.random)).toThrow(
    new RangeError(`expected a drop path rate in [0, 1), got ${rate}`),
  );
});

test('both keep their result alone', () => {
  expect(() => addResidual(x, branch)).toKeep(1);
  expect(() => dropPathResidual(0.5, evenly())(x, branch)).toKeep(1);
});
