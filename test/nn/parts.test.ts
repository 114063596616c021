import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { joinParts, mapParts } from '../../src/nn/parts.js';

const doubled = (x: tf.Tensor): tf.Tensor => tf.mul(x, 2);

describe('a batch in parts', () => {
  test.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [4, [4, 1]],
    [5, [5]],
    [Number.POSITIVE_INFINITY, [5]],
  ])('of %d rows is, joined again, the same batch', (rows, sizes) => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2]);
    const parts = mapParts(x, rows, doubled);
    expect(parts.map(({ shape }) => shape)).toEqual(sizes.map((size) => [size, 2]));
    const joined = joinParts(parts);
    expect(joined.arraySync()).toEqual(doubled(x).arraySync());
    expect(x.isDisposed).toBe(false);
  });

  test('without rows is one part without rows', () => {
    const parts = mapParts(tf.zeros([0, 3]), 2, doubled);
    expect(parts.map(({ shape }) => shape)).toEqual([[0, 3]]);
  });

  test('keeps the parts, and joined their result alone', () => {
    const x = tf.ones([5, 2]);
    expect(() => mapParts(x, 2, doubled)).toKeep(3);
    expect(() => joinParts(mapParts(x, 2, doubled))).toKeep(1);
    expect(() => joinParts(mapParts(x, 9, (part) => part))).toKeep(1);
  });

  test('keeps nothing when a part fails, or parts do not fit together', () => {
    const x = tf.ones([4, 2]);
    const reason = new Error('no');
    let calls = 0;
    const failing = (part: tf.Tensor): tf.Tensor => {
      if (++calls === 3) throw reason;
      return doubled(part);
    };
    expect(() => expect(() => mapParts(x, 1, failing)).toThrow(reason)).toKeep(0);
    expect(() => expect(() => joinParts([tf.ones([1, 2]), tf.ones([1, 3])])).toThrow()).toKeep(0);
  });
});
