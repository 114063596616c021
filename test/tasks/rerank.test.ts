import { describe, expect, test } from 'vitest';

import { embeddingsOf } from '../../src/tasks/embeddings.js';
import type { MatchPair } from '../../src/tasks/match-pair.js';
import { rerank } from '../../src/tasks/rerank.js';
import { recallAtK, retrieve } from '../../src/tasks/retrieve.js';

/** Texts at growing angles from three pictures at 0°, 30° and 60°. */
const at = (...degrees: number[]) =>
  embeddingsOf(
    Float32Array.from(
      degrees.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
    ),
    2,
  );
const found = () => retrieve(at(0, 30, 60), at(1, 32, 63), 3);

/** Probabilities, pictures × texts; what is asked for is remembered. */
function matcher(table: readonly (readonly number[])[]) {
  const asked: MatchPair[] = [];
  const match = async (pairs: readonly MatchPair[]) => {
    asked.push(...pairs);
    return pairs.map(({ picture, text }) => table[picture]?.[text] ?? Number.NaN);
  };
  return { asked, match };
}
const orders = (lists: readonly (readonly { index: number }[])[]) =>
  lists.map((list) => list.map(({ index }) => index));

// biome-ignore format: a matrix
const table = [
  [0.1, 0.8, 0.9],
  [0.2, 0.3, 0.4],
  [0.7, 0.6, 0.5],
];

describe('re-ranking', () => {
  test('orders the best k of each list by their probability, and leaves the others behind them', async () => {
    const before = await found();
    expect(orders(before.textsOf)).toEqual([[0, 1, 2], [1, 0, 2], [2, 1, 0]]); // biome-ignore format: lists
    expect(orders(before.picturesOf)).toEqual([[0, 1, 2], [1, 2, 0], [2, 1, 0]]); // biome-ignore format: lists
    const { match } = matcher(table);
    const after = await rerank(before, 2, match);
    expect(orders(after.textsOf)).toEqual([[1, 0, 2], [1, 0, 2], [1, 2, 0]]); // biome-ignore format: lists
    expect(orders(after.picturesOf)).toEqual([[1, 0, 2], [2, 1, 0], [2, 1, 0]]); // biome-ignore format: lists
    expect(after.textsOf[0]?.map((each) => each.match)).toEqual([0.8, 0.1, undefined]);
    expect(after.textsOf[0]?.map(({ cosine }) => cosine)).toEqual(
      [1, 0, 2].map((text) => before.similarity.data[text]),
    );
  });

  test('asks for every pair once, and only for those of the best k', async () => {
    const { asked, match } = matcher(table);
    await rerank(await found(), 1, match);
    expect(asked).toEqual([{ picture: 0, text: 0 }, { picture: 1, text: 1 }, { picture: 2, text: 2 }]); // biome-ignore format: pairs
    const all = matcher(table);
    await rerank(await found(), 10, all.match); // more than there are
    expect(new Set(all.asked.map(({ picture, text }) => `${picture} ${text}`)).size).toBe(9);
    expect(all.asked).toHaveLength(9);
  });

  test('changes nothing that it was given', async () => {
    const before = await found();
    const copy = structuredClone(before);
    await rerank(before, 2, matcher(table).match);
    expect(before).toEqual(copy);
  });

  test('equal probabilities keep the order of the cosines', async () => {
    const equal = matcher(table.map((row) => row.map(() => 1)));
    const before = await found();
    const after = await rerank(before, 3, equal.match);
    expect(orders(after.textsOf)).toEqual(orders(before.textsOf));
    expect(orders(after.picturesOf)).toEqual(orders(before.picturesOf));
    const recall = recallAtK(after.byPicture, [0, 1, 2], [1], after.byText);
    expect(recall).toEqual({ imageToText: { 1: 1 }, textToImage: { 1: 1 } });
  });
});

describe('recall after re-ranking', () => {
  test('counts by the new order, in each direction by its own', async () => {
    const before = await found();
    const right = [0, 1, 2]; // text t describes picture t
    expect(recallAtK(before.byPicture, right, [1], before.byText)).toEqual({
      imageToText: { 1: 1 },
      textToImage: { 1: 1 },
    });
    const { byPicture, byText } = await rerank(before, 2, matcher(table).match);
    const { imageToText, textToImage } = recallAtK(byPicture, right, [1, 2], byText);
    expect(imageToText[1]).toBeCloseTo(1 / 3); // of picture 1
    expect(textToImage[1]).toBeCloseTo(1 / 3); // of text 2
    expect([imageToText[2], textToImage[2]]).toEqual([1, 1]);
  });

  test('tells probabilities apart that float32 beside a cosine would not', async () => {
    const tiny = table.map((row) => row.map((p) => p * 1e-12));
    const after = await rerank(await found(), 3, matcher(tiny).match);
    const expected = await rerank(await found(), 3, matcher(table).match);
    expect([after.byPicture, after.byText]).toEqual([expected.byPicture, expected.byText]);
    const row = [...after.byPicture.data.slice(0, 3)];
    expect(row.indexOf(Math.max(...row))).toBe(2);
  });
});
