import type * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { classTargets } from '../../src/train/class-targets.js';

const rows = (targets: tf.Tensor): unknown => targets.arraySync();

test('a label is a 1 in its column', () => {
  expect(rows(classTargets([2, 0], 3))).toEqual([
    [0, 0, 1],
    [1, 0, 0],
  ]);
});

test('smoothing moves a share to all classes, the right one included', () => {
  const [row] = classTargets([1], 4, 0.2).arraySync() as number[][];
  expect(row).toEqual([0.05, 0.85, 0.05, 0.05].map(Math.fround));
});

test('an ignored row is 0, and the others weigh as much more as the mean over all rows asks for', () => {
  expect(rows(classTargets([1, -100, -100, 0], 2))).toEqual([
    [0, 2],
    [0, 0],
    [0, 0],
    [2, 0],
  ]);
  expect(rows(classTargets([-100, 0], 2, 0.5))).toEqual([
    [0, 0],
    [1.5, 0.5],
  ]);
});

test('a label that is no class is refused, and labels that are all ignored', () => {
  expect(() => classTargets([0, 2], 2)).toThrow('label 1: expected 0…1 or -100, got 2');
  expect(() => classTargets([-1], 2)).toThrow('label 0: expected 0…1 or -100, got -1');
  expect(() => classTargets([-100, -100], 2)).toThrow(
    'expected a label that is not ignored, got 2 ignored ones',
  );
});
