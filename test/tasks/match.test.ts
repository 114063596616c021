import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { RgbImage } from '../../src/image/rgb-image.js';
import { disposeTree } from '../../src/nn/tree.js';
import type { GenerativeModel } from '../../src/tasks/generative-model.js';
import { type MatchRequest, matchPairs } from '../../src/tasks/match.js';
import { groupsOf } from '../../src/tasks/match-groups.js';
import type { MatchPair } from '../../src/tasks/match-pair.js';
import { photo, readSmallWriter } from './small-writer.js';

let model: GenerativeModel;
const pictures: RgbImage[] = [photo('dog'), photo('cat'), photo('banana')];
const texts = ['a dog', 'a photo of a cat in a red car', 'a'];
beforeAll(async () => {
  model = await readSmallWriter();
});
afterAll(() => disposeTree(model.params));

const match = (pairs: readonly MatchPair[], request: Partial<MatchRequest> = {}, of = model) =>
  matchPairs(of, pictures, texts, pairs, { batchSize: 4, ...request });
const allPairs = pictures.flatMap((_, picture) => texts.map((__, text) => ({ picture, text })));

/** The model, counting how often InternViT and QLLaMA run. */
function counted() {
  const runs = { vision: 0, queries: 0 };
  const counting = <B extends { inOrder(signal?: AbortSignal): unknown }>(
    blocks: B,
    which: keyof typeof runs,
  ): B => ({
    ...blocks,
    inOrder: (signal?: AbortSignal) => {
      runs[which]++;
      return blocks.inOrder(signal);
    },
  });
  const { vision, queries } = model.params;
  const params = {
    ...model.params,
    vision: { ...vision, blocks: counting(vision.blocks, 'vision') },
    queries: { ...queries, blocks: counting(queries.blocks, 'queries') },
  };
  return { runs, model: { ...model, params } };
}

test('pictures with few texts are read together, one with many is read alone', () => {
  expect(groupsOf([0, 1, 1, 2, 0], 4)).toEqual([
    { pictures: [0, 1], pairs: [0, 4, 1, 2] },
    { pictures: [2], pairs: [3] },
  ]);
  expect(groupsOf([5, 5, 5, 7], 2)).toEqual([
    { pictures: [5], pairs: [0, 1, 2] },
    { pictures: [7], pairs: [3] },
  ]);
  expect(groupsOf([], 2)).toEqual([]);
});

describe('the probability of each pair', () => {
  test.each([1, 2, 4, 7, 64])(
    'is what it is alone, with %i at once, in the order asked for',
    async (batchSize) => {
      const pairs = [...allPairs].reverse();
      const together = await match(pairs, { batchSize });
      expect(together).toHaveLength(9);
      for (const [i, pair] of pairs.entries()) {
        const [alone] = await match([pair]);
        expect(together[i]).toBeCloseTo(alone ?? Number.NaN, 5);
        expect(alone).toBeGreaterThan(0);
        expect(alone).toBeLessThan(1);
      }
      expect(new Set(together.map((value) => value.toFixed(5))).size).toBeGreaterThan(5);
    },
  );

  test('a pair that stands twice is answered twice, and none gives none', async () => {
    const [one, other] = await match([{ picture: 1, text: 0 }, { picture: 1, text: 0 }]); // biome-ignore format: pairs
    expect(other).toBeCloseTo(one ?? Number.NaN, 6);
    expect(await match([])).toEqual([]);
  });

  test('takes as few passes as there is room for', async () => {
    const { runs, model: own } = counted();
    await match(allPairs, { batchSize: 9 }, own);
    expect(runs).toEqual({ vision: 1, queries: 1 });
    await match(allPairs, { batchSize: 3 }, own);
    expect(runs).toEqual({ vision: 4, queries: 4 });
    await match(allPairs, { batchSize: 2 }, own); // each picture is read once
    expect(runs).toEqual({ vision: 7, queries: 10 });
  });
});

test('progress goes up, by the block, and ends at the number of pairs', async () => {
  for (const batchSize of [2, 64]) {
    const told: number[] = [];
    await match(allPairs, { batchSize, onProgress: (done, total) => told.push(done / total) });
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told.at(-1)).toBe(1);
    expect(new Set(told).size).toBeGreaterThan(model.config.vision.numLayers);
  }
});

test.each([
  [{ picture: 3, text: 0 }, 'expected a picture below 3, got 3'],
  [{ picture: 0, text: 3 }, 'expected a text below 3, got 3'],
  [{ picture: -1, text: 0 }, 'expected a picture below 3, got -1'],
  [{ picture: 0, text: 0.5 }, 'expected a text below 3, got 0.5'],
])('a pair %j is refused before anything is read', async (pair, message) => {
  const { runs, model: own } = counted();
  await expect(match([{ picture: 0, text: 0 }, pair], {}, own)).rejects.toThrow(new RangeError(message));
  expect(runs).toEqual({ vision: 0, queries: 0 });
});

test('nothing stays behind, nor when it is aborted on the way', async () => {
  await expect(() => match(allPairs)).toKeepAsync(0);
  for (const share of [0.1, 0.3, 0.6, 0.9]) {
    const aborter = new AbortController();
    const onProgress = (done: number) => void (done >= 9 * share && aborter.abort(new Error('enough')));
    const run = () => match(allPairs, { batchSize: 2, signal: aborter.signal, onProgress });
    await expect(() => expect(run()).rejects.toThrow('enough')).toKeepAsync(0);
  }
});
