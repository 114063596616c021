import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { ropeTable, rotate } from '../../src/nn/rope.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from './relative-l2.js';

const D = 8;
const table = (...positions: number[]) => ropeTable(positions, D, 10000);

test('the table holds cos and sin of p·base^(−2j/D)', () => {
  const { cos, sin } = ropeTable([0, 3], 4, 100); // frequencies 1 and 1/10
  expect(relativeL2(cos, [1, 1, Math.cos(3), Math.cos(0.3)])).toBeLessThan(1e-7);
  expect(relativeL2(sin, [0, 0, Math.sin(3), Math.sin(0.3)])).toBeLessThan(1e-7);
  expect([cos.shape, sin.shape]).toEqual([
    [2, 2],
    [2, 2],
  ]);
});

test('channel j turns with channel j + D/2, not with its neighbour', () => {
  const x = tf.tensor3d([[[1, 0, 0, 0]]]);
  const y = rotate(x, ropeTable([1], 4, 10000), 1);
  expect(relativeL2(y, [Math.cos(1), 0, Math.sin(1), 0])).toBeLessThan(1e-7);
});

test('every head turns by the same angles', () => {
  const x = seededValues([1, 3, D], 1);
  const twice = tf.concat([x, x], 2);
  const y = rotate(x, table(0, 1, 5), 1);
  expect(rotate(twice, table(0, 1, 5), 2).arraySync()).toEqual(tf.concat([y, y], 2).arraySync());
});

test('position 0 does not turn', () => {
  const x = seededValues([2, 1, D], 2);
  expect(rotate(x, table(0), 1).arraySync()).toEqual(x.arraySync());
});

test('turning keeps lengths', () => {
  const x = seededValues([1, 4, D], 3);
  const length = (t: tf.Tensor) => tf.norm(t, 2, -1);
  expect(relativeL2(length(rotate(x, table(1, 17, 80, 2047), 1)), length(x))).toBeLessThan(1e-6);
});

test('products depend on the distance of positions alone', () => {
  const q = seededValues([1, 1, D], 4);
  const k = seededValues([1, 1, D], 5);
  const product = (m: number, n: number) =>
    tf.sum(tf.mul(rotate(q, table(m), 1), rotate(k, table(n), 1))).dataSync()[0] ?? Number.NaN;
  expect(product(99, 96)).toBeCloseTo(product(3, 0), 4);
  expect(product(1003, 1000)).toBeCloseTo(product(3, 0), 3);
  expect(product(4, 0)).not.toBeCloseTo(product(3, 0), 2);
  expect(product(0, 3)).not.toBeCloseTo(product(3, 0), 2);
});

test('a table for other positions or another head is an error', () => {
  const x = tf.zeros([1, 3, 16]);
  expect(() => rotate(x, table(0, 1), 2)).toThrow(new RangeError('expected [T=3, D/2=4], got [2, 4]'));
  expect(() => rotate(x, table(0, 1, 2), 1)).toThrow(new RangeError('expected [T=3, D/2=8], got [3, 4]'));
});

test('the table keeps its two tensors, turning its result alone', () => {
  const x = tf.zeros([1, 2, D]);
  const own = table(0, 1);
  expect(() => table(0, 1)).toKeep(2);
  expect(() => rotate(x, own, 1)).toKeep(1);
});
