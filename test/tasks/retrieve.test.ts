import { describe, expect, test } from 'vitest';

import { embeddingsOf } from '../../src/tasks/embeddings.js';
import { recallAtK, retrieve } from '../../src/tasks/retrieve.js';
import { type Table, transposed } from '../../src/tasks/similarity.js';

/** Texts × pictures, as the published examples write it. */
function byText(rows: number[][]): Table {
  return transposed({
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    data: Float32Array.from(rows.flat()),
  });
}

describe('recall@K', () => {
  test('two captions a picture: texts divide by texts, pictures by pictures', () => {
    const table = byText([
      [0.9, 0.1, 0.2],
      [0.3, 0.8, 0.1],
      [0.2, 0.7, 0.6],
      [0.1, 0.5, 0.4],
      [0.6, 0.3, 0.5],
      [0.2, 0.4, 0.3],
    ]);
    const recall = recallAtK(table, [0, 0, 1, 1, 2, 2], [1, 2]);
    expect(recall.textToImage).toEqual({ 1: 0.5, 2: 1 });
    expect(recall.imageToText[1]).toBeCloseTo(1 / 3, 12);
    expect(recall.imageToText[2]).toBe(1);
  });

  test('unequal numbers of captions', () => {
    const table = byText([
      [0.5, 0.4],
      [0.3, 0.6],
      [0.7, 0.2],
    ]);
    const recall = recallAtK(table, [0, 1, 1], [1, 2]);
    expect(recall.textToImage[1]).toBeCloseTo(2 / 3, 12);
    expect(recall.imageToText).toEqual({ 1: 0.5, 2: 1 });
  });

  test('the worst order finds everything only at the end', () => {
    const table = byText([
      [-1, 0.2, 0.1],
      [0.1, -1, 0.2],
      [0.2, 0.1, -1],
    ]);
    const recall = recallAtK(table, [0, 1, 2], [1, 2, 3]);
    expect(recall.textToImage).toEqual({ 1: 0, 2: 0, 3: 1 });
    expect(recall.imageToText).toEqual({ 1: 0, 2: 0, 3: 1 });
  });

  test('equal cosines keep the order of the list', () => {
    const recall = recallAtK(byText([[0.5, 0.5], [0.5, 0.5]]), [0, 1], [1]); // biome-ignore format: a matrix
    expect(recall.textToImage).toEqual({ 1: 0.5 });
  });

  test('a cosine that is no number is an error, never a rank', () => {
    expect(() => recallAtK(byText([[Number.NaN, 1]]), [0])).toThrow('got NaN');
  });

  test('pairs must name one picture for each text', () => {
    expect(() => recallAtK(byText([[1, 0]]), [])).toThrow('expected a picture for each of 1 texts, got 0');
    expect(() => recallAtK(byText([[1, 0]]), [2])).toThrow('expected a picture below 2, got 2');
  });
});

describe('retrieve', () => {
  const pictures = embeddingsOf(Float32Array.of(3, 0, 0, 4), 2);
  const texts = embeddingsOf(Float32Array.of(1, 1, 0, 2, 5, 0.5), 2);

  test('finds the best of each side, best first, with cosines', async () => {
    const { textsOf, picturesOf, similarity } = await retrieve(pictures, texts, 2);
    expect(textsOf.map((list) => list.map(({ index }) => index))).toEqual([[2, 0], [1, 0]]); // biome-ignore format: a matrix
    expect(picturesOf.map((list) => list[0]?.index)).toEqual([0, 1, 0]);
    expect([similarity.rows, similarity.columns]).toEqual([2, 3]);
    expect(textsOf[0]?.[1]?.cosine).toBeCloseTo(Math.SQRT1_2, 6);
  });

  test('keeps no tensor', async () => {
    await expect(() => retrieve(pictures, texts, 1)).toKeepAsync(0);
  });

  test('rejects embeddings of different models', async () => {
    const other = embeddingsOf(Float32Array.of(1, 2, 3), 3);
    await expect(retrieve(pictures, other, 1)).rejects.toThrow('expected embeddings of width 2, got 3');
  });
});
