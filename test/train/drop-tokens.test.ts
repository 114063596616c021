import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { createRandom } from '../../src/emojiworld/random.js';
import { dropTokens, keptRows, keptTokens } from '../../src/train/drop-tokens.js';

test('the class token always stays, the patches are distinct and in order', () => {
  const rows = keptRows(50, 17, 6, createRandom(3));
  for (let b = 0; b < 50; b++) {
    const kept = [...rows.slice(b * 6, (b + 1) * 6)].map((row) => row - b * 17);
    expect(kept[0]).toBe(0);
    expect(kept).toEqual([...new Set(kept)].sort((x, y) => x - y));
    expect(kept[5]).toBeLessThan(17);
  }
});

test('every patch is kept equally often, within 4.5 standard deviations', () => {
  const counts = new Array<number>(9).fill(0);
  for (const row of keptRows(8000, 9, 5, createRandom(1))) counts[row % 9] = (counts[row % 9] ?? 0) + 1;
  expect(counts[0]).toBe(8000);
  for (const count of counts.slice(1)) expect(Math.abs(count - 4000)).toBeLessThan(200);
});

test('the same random state keeps the same tokens', () => {
  expect(keptRows(4, 65, 27, createRandom(5))).toEqual(keptRows(4, 65, 27, createRandom(5)));
  expect(keptRows(4, 65, 27, createRandom(5))).not.toEqual(keptRows(4, 65, 27, createRandom(6)));
});

test('the share is of the patches', () => {
  expect([0, 0.5, 0.6, 0.999].map((share) => keptTokens(65, share))).toEqual([65, 33, 27, 2]);
  expect(() => keptTokens(65, 1)).toThrow('expected a share in [0, 1), got 1');
});

test('dropped tokens are gone, and get no gradient', () => {
  const tokens = tf.reshape(tf.range(0, 2 * 5 * 2), [2, 5, 2]);
  const kept = dropTokens(tokens, 0.5, createRandom(2));
  expect(kept.shape).toEqual([2, 3, 2]);
  const gradient = tf.grad((x) => tf.sum(dropTokens(x, 0.5, createRandom(2))))(tokens);
  const alive = new Set(kept.dataSync());
  tokens.dataSync().forEach((value, i) => {
    expect(gradient.dataSync()[i]).toBe(alive.has(value) ? 1 : 0);
  });
});

test('keeps the result alone', () => {
  const tokens = tf.ones([2, 5, 2]);
  expect(() => dropTokens(tokens, 0.5, createRandom(1))).toKeep(1);
});
