import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { checkLastAxis, sizes, type Tensor } from '../../src/nn/tensor.js';

let x: Tensor<'B N C'>;
beforeAll(() => {
  x = tf.zeros([2, 5, 9]);
});

describe('sizes', () => {
  test('are given in the order of the named axes', () => {
    expect(sizes(x, 'B N C')).toEqual([2, 5, 9]);
    expect(sizes(x, 'B N C', { C: 9, N: 5 })).toEqual([2, 5, 9]);
    expect(sizes(tf.zeros([4]) as Tensor<'C'>, 'C')).toEqual([4]);
  });

  test('an expectation of an axis that is not there is no expectation', () => {
    expect(sizes(x, 'B N C', { T: 80 })).toEqual([2, 5, 9]);
  });

  test('a size of 0 is a size', () => {
    expect(sizes(tf.zeros([0, 3]) as Tensor<'B T'>, 'B T', { T: 3 })).toEqual([0, 3]);
    expect(() => sizes(tf.zeros([2, 3]) as Tensor<'B T'>, 'B T', { B: 0 })).toThrow(
      new RangeError('expected [B=0, T], got [2, 3]'),
    );
  });

  test.each<[string, number[], Record<string, number>, string]>([
    ['another size', [2, 5, 9], { C: 8 }, 'expected [B, N, C=8], got [2, 5, 9]'],
    ['two other sizes', [2, 5, 9], { B: 1, C: 8 }, 'expected [B=1, N, C=8], got [2, 5, 9]'],
    ['too few axes', [5, 9], {}, 'expected [B, N, C], got [5, 9]'],
    ['too many axes', [1, 2, 5, 9], { C: 9 }, 'expected [B, N, C=9], got [1, 2, 5, 9]'],
    ['a scalar', [], {}, 'expected [B, N, C], got []'],
  ])('%s is an error that says both', (_, shape, expected, message) => {
    expect(() => sizes(tf.zeros(shape) as Tensor<'B N C'>, 'B N C', expected)).toThrow(
      new RangeError(message),
    );
  });

  test('an axis that is named by its size is not written twice', () => {
    const pixels: Tensor<'B Y X 3'> = tf.zeros([1, 2, 2, 4]);
    expect(() => sizes(pixels, 'B Y X 3', { 3: 3 })).toThrow('expected [B, Y, X, 3], got [1, 2, 2, 4]');
  });
});

test('the last axis can be checked alone', () => {
  expect(() => checkLastAxis(x, 'C', 9)).not.toThrow();
  expect(() => checkLastAxis(x, 'C', 8)).toThrow(new RangeError('expected [..., C=8], got [2, 5, 9]'));
  expect(() => checkLastAxis(tf.scalar(1), 'C', 1)).toThrow('expected [..., C=1], got []');
});
