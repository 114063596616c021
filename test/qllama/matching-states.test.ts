import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { withoutTwins } from '../../src/nn/twin.js';
import type { QLlama } from '../../src/qllama/qllama.js';
import { matchingStates, queryStates } from '../../src/qllama/query-tower.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { config, idRows, readGolden, rowsFrom } from './golden-qllama.js';

let model: QLlama;
let image: tf.Tensor;
beforeAll(async () => {
  model = await readGolden();
  image = seededValues([1, 5, 60], 3);
});
const captions = [
  [1, 7, 9, 12, 2],
  [1, 5, 2],
  [1, 30, 31, 2],
];
const padded = () => idRows(...captions.map((ids) => [...ids, 0, 0, 0].slice(0, 5)));
const match = (ids: tf.Tensor, of = image, signal?: AbortSignal) => {
  const reader = { ...model.queries, tokens: model.text.tokens };
  return matchingStates(config, reader, { image: of, ids }, { signal });
};

describe('queries that see a caption', () => {
  test.each([
    ['with the twins', <T>(fn: () => T) => fn()],
    ['in composed form', withoutTwins],
  ])('several captions for one image, right-padded, are each as alone, %s', async (_, both) => {
    await both(async () => {
      const together = await match(padded());
      expect(together.shape).toEqual([3, 96, 64]);
      for (const [i, ids] of captions.entries()) {
        expect(relativeL2(rowsFrom(together, i), await match(idRows(ids)))).toBeLessThan(1e-5);
      }
    });
  });

  test('a caption for each image: each pair as alone', async () => {
    const images = seededValues([3, 5, 60], 8);
    const together = await match(padded(), images);
    for (const [i, ids] of captions.entries()) {
      const alone = await match(idRows(ids), rowsFrom(images, i));
      expect(relativeL2(rowsFrom(together, i), alone)).toBeLessThan(1e-5);
    }
  });

  test('end elsewhere than without one, and elsewhere again with its tokens in another order', async () => {
    const states = await match(idRows([1, 7, 9, 2]));
    expect(relativeL2(states, await queryStates(config, model.queries, image))).toBeGreaterThan(1e-3);
    expect(relativeL2(await match(idRows([1, 9, 7, 2])), states)).toBeGreaterThan(1e-5);
  });
});

test('keeps its states alone', async () => {
  const ids = padded();
  await expect(() => match(ids)).toKeepAsync(1);
});

test.each([
  ['more captions than images', [[1, 2], [1, 2], [1, 2]], 'expected 2 captions for 2 images, got 3'], // biome-ignore format: a case a line
  ['an unknown id', [[1, 2], [1, 50]], 'token ids: expected 0…49, got 50'], // biome-ignore format: a case a line
])('%s: refused, and nothing stays', async (_, rows, message) => {
  const [ids, images] = [idRows(...rows), seededValues([2, 5, 60], 8)];
  await expect(() => expect(match(ids, images)).rejects.toThrow(message)).toKeepAsync(0);
});

test('aborted: nothing stays', async () => {
  const ids = padded();
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(() => expect(match(ids, image, signal)).rejects.toThrow('enough')).toKeepAsync(0);
});
