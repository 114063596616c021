import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { positionsFor, resizePositions } from '../../src/vision/position.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';

const table = (side: number, C = 3) => seededValues([1, 1 + side * side, C], side);
/** The patch rows of a table as a grid [Y, X, C]. */
const grid = (t: tf.Tensor, Y: number, X: number) =>
  tf.reshape(tf.slice(t, [0, 1, 0], [1, -1, -1]), [Y, X, -1]);
const classRow = (t: tf.Tensor) => tf.slice(t, [0, 0, 0], [1, 1, -1]);

test('2×2 becomes 3×3 as in PyTorch: bicubic, a = −0.75, no antialiasing', () => {
  const rows = [9, -0.0353791, -0.0817754, -0.0262894, -0.0514416];
  const resized = resizePositions(tf.tensor3d(rows, [1, 5, 1]), 3, 3);
  // biome-ignore format: a matrix
  const expected = [9,
    -0.0319806, -0.0602884, -0.0885962,
    -0.0277289, -0.0487214, -0.0697139,
    -0.0234771, -0.0371545, -0.0508318];
  expect(resized.shape).toEqual([1, 10, 1]);
  expected.forEach((value, i) => {
    expect(resized.dataSync()[i]).toBeCloseTo(value, 6);
  });
});

test('at equal size nothing changes, not by a bit', () => {
  const own = table(5);
  expect(resizePositions(own, 5, 5).arraySync()).toEqual(own.arraySync());
});

test('a table that fits is used as it is, another is resized', () => {
  const own = table(4);
  expect(positionsFor(own, 4, 4)).toBe(own);
  expect(positionsFor(own, 4, 5).arraySync()).toEqual(resizePositions(own, 4, 5).arraySync());
});

test('the row of the class token is kept', () => {
  const own = table(4);
  expect(classRow(resizePositions(own, 7, 2)).arraySync()).toEqual(classRow(own).arraySync());
});

test.each([
  [7, 7],
  [3, 3],
  [2, 9],
])('weights sum to 1: a constant table stays constant at %i×%i', (Y, X) => {
  const resized = resizePositions(tf.fill([1, 26, 2], 3), Y, X);
  expect(relativeL2(resized, tf.fill([1, 1 + Y * X, 2], 3))).toBeLessThan(1e-6);
});

test('Y and X are not exchanged: a grid that varies along X alone varies along X alone', () => {
  const rows = [0, 1, 2, 3, 1, 2, 3, 1, 2, 3]; // 3×3, each line 1 2 3
  const resized = grid(resizePositions(tf.tensor3d(rows, [1, 10, 1]), 2, 5), 2, 5);
  const [first, second] = tf.unstack(resized).map((line) => [...line.dataSync()]);
  second?.forEach((value, i) => {
    expect(value).toBeCloseTo(first?.[i] ?? Number.NaN, 6);
  });
  expect(first?.[4]).toBeGreaterThan(first?.[0] ?? Number.NaN);
});

test('mirroring and resizing can be exchanged', () => {
  const own = table(6);
  const mirrored = tf.concat([classRow(own), tf.reshape(tf.reverse(grid(own, 6, 6), 1), [1, 36, 3])], 1);
  const expected = tf.reverse(grid(resizePositions(own, 4, 9), 4, 9), 1);
  expect(relativeL2(grid(resizePositions(mirrored, 4, 9), 4, 9), expected)).toBeLessThan(1e-6);
});

test('a table that is no square grid is an error', () => {
  expect(() => resizePositions(tf.zeros([1, 12, 3]), 4, 4)).toThrow(
    new RangeError('position table: expected 1 + a square of rows, got 12'),
  );
  expect(() => resizePositions(tf.zeros([10, 3]), 4, 4)).toThrow(
    new RangeError('expected [1, N, C], got [10, 3]'),
  );
});

test('it keeps its result alone', () => {
  const own = table(3);
  expect(() => resizePositions(own, 5, 4)).toKeep(1);
  expect(() => positionsFor(own, 3, 3)).toKeep(0);
});
