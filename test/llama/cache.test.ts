import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { type KvCache, selectRows } from '../../src/llama/cache.js';
import { disposeTree } from '../../src/nn/tree.js';

/** Two layers, three rows of two tokens; keys count up from `layer`·100, values are their negatives. */
function madeCache(): KvCache {
  const layers = [0, 1].map((layer) => {
    return tf.tidy(() => {
      const keys = tf.add(tf.reshape(tf.range(0, 12), [3, 2, 2]), 100 * layer);
      return { keys, values: tf.neg(keys) };
    });
  });
  // biome-ignore format: a row a line
  const visible = [[1, 1],
                   [0, 1],
                   [1, 0]];
  return { layers, visible };
}

test('the chosen rows in their order, in every layer, some several times', () => {
  const selected = selectRows(madeCache(), [2, 0, 2, 1]);
  const [first, second] = selected.layers.map(({ keys }) => keys.arraySync());
  // biome-ignore format: a row a line
  const expected = [[[8, 9], [10, 11]],
                    [[0, 1], [2, 3]],
                    [[8, 9], [10, 11]],
                    [[4, 5], [6, 7]]];
  expect(first).toEqual(expected);
  expect(second).toEqual(expected.map((row) => row.map((token) => token.map((v) => v + 100))));
  const [values] = selected.layers.map((layer) => layer.values.arraySync());
  expect(values).toEqual(expected.map((row) => row.map((token) => token.map((v) => -v))));
  // biome-ignore format: a row a line
  expect(selected.visible).toEqual([[1, 0],
                                    [1, 1],
                                    [1, 0],
                                    [0, 1]]);
  disposeTree(selected.layers);
});

test('all rows in their order are the same cache: nothing is copied', () => {
  const cache = madeCache();
  expect(selectRows(cache, [0, 1, 2])).toBe(cache);
  expect(cache.layers.some(({ keys, values }) => keys.isDisposed || values.isDisposed)).toBe(false);
  disposeTree(cache.layers);
});

test('the first rows alone are another cache, and the old one is freed', () => {
  const cache = madeCache();
  expect(() => expect(selectRows(cache, [0]).visible).toEqual([[1, 1]])).toKeep(0); // 4 for 4
  expect(cache.layers.every(({ keys, values }) => keys.isDisposed && values.isDisposed)).toBe(true);
});

test.each([
  [[0, 3], 'expected a row below 3 of the cache, got 3'],
  [[-1], 'expected a row below 3 of the cache, got -1'],
  [[0.5], 'expected a row below 3 of the cache, got 0.5'],
])('rows %j are refused, and the cache is freed all the same', (rows, message) => {
  expect(() => {
    expect(() => selectRows(madeCache(), rows)).toThrow(new RangeError(message));
  }).toKeep(0);
});

test('a layer that cannot be copied frees the others, also the new ones', () => {
  expect(() => {
    const cache = madeCache();
    const broken = { keys: tf.zeros([3, 2]), values: tf.zeros([3, 2]) };
    const layers = [...cache.layers, broken];
    expect(() => selectRows({ ...cache, layers }, [1, 0])).toThrow('expected [B, K, C], got [3, 2]');
  }).toKeep(0);
});
