import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { additiveMask, causalAllowed, causalMask, tokenMask } from '../../src/nn/mask.js';

const ids = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]?.length ?? 0], 'int32');

test('a token may look at itself and at those before it', () => {
  // biome-ignore format: a matrix
  expect(causalAllowed(4).arraySync()).toEqual([
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 1, 0],
    [1, 1, 1, 1],
  ]);
  expect(causalAllowed(1).arraySync()).toEqual([[1]]);
});

test('a token is real when its id is above 0', () => {
  expect(
    tokenMask(
      ids([
        [1, 7, 2, 0, 0],
        [1, 0, 5, 2, 0],
      ]),
    ).arraySync(),
  ).toEqual([
    [1, 1, 1, 0, 0],
    [1, 0, 1, 1, 0],
  ]);
});

test('what may not be seen gets a number below every score, and above where a softmax on a GPU begins', () => {
  const mask = additiveMask(tf.tensor2d([[1, 0]]));
  expect(mask.dataSync()[0]).toBeCloseTo(0);
  const [, masked = 0] = mask.dataSync();
  expect(masked).toBeLessThan(-3.4e38);
  expect(masked).toBeGreaterThan(-3.402823e38);
});

test('the softmax of a row that is masked everywhere is finite', () => {
  const scores = tf.add(tf.tensor2d([[5, -3]]), additiveMask(tf.zeros([1, 2])));
  expect([...tf.softmax(scores).dataSync()]).toEqual([0.5, 0.5]);
});

test('each keeps its result alone', () => {
  const text = ids([[1, 2, 0]]);
  const tokens = tf.ones([1, 3]);
  const allowed = tf.ones([2, 2]);
  expect(() => additiveMask(allowed)).toKeep(1);
  expect(() => causalAllowed(3)).toKeep(1);
  expect(() => tokenMask(text)).toKeep(1);
  expect(() => causalMask(tokens)).toKeep(1);
});

test('tokens of another rank are an error', () => {
  expect(() => causalMask(tf.zeros([3]))).toThrow(new RangeError('expected [B, T], got [3]'));
});
