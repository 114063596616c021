import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { groupedMean } from '../../src/eval/bootstrap.js';
import { imageToText, retrievalRanks, textToImage } from '../../src/eval/retrieval.js';
import { recallAtK } from '../../src/tasks/retrieve.js';
import { type Table, transposed } from '../../src/tasks/similarity.js';

interface Case {
  readonly id: string;
  readonly input: { sim_text_image: number[][]; text_to_image: number[]; ks: number[] };
  readonly expected: Readonly<Record<string, number>>;
}
const path = new URL('../fixtures/tasks/retrieval-recall.json', import.meta.url);
const cases: Case[] = JSON.parse(readFileSync(path, 'utf8'));

const table = (rows: number[][]): Table => ({
  rows: rows.length,
  columns: rows[0]?.length ?? 0,
  data: Float32Array.from(rows.flat()),
});

describe('recall', () => {
  test.each(cases)('of $id is the official one, and that of recallAtK', ({ input, expected }) => {
    const similarity = transposed(table(input.sim_text_image));
    const ranks = retrievalRanks(similarity, input.text_to_image);
    const shares = recallAtK(similarity, input.text_to_image, input.ks);
    for (const k of input.ks) {
      const [t2i, i2t] = [groupedMean(textToImage(ranks, k)), groupedMean(imageToText(ranks, k))];
      expect(t2i.value).toBeCloseTo(expected[`T2I_R@${k}`] ?? Number.NaN, 5);
      expect(i2t.value).toBeCloseTo(expected[`I2T_R@${k}`] ?? Number.NaN, 5);
      expect([t2i.value, i2t.value]).toEqual([shares.textToImage[k], shares.imageToText[k]]);
    }
  });

  test('is told picture by picture: the best of its texts, and its place for each', () => {
    const similarity = table([
      [0.9, 0.1, 0.8], // picture 0, of texts 0 and 1
      [0.2, 0.7, 0.3], // picture 1, of text 2
    ]);
    const ranks = retrievalRanks(similarity, [0, 0, 1]);
    expect(ranks).toEqual([
      { text: 0, picture: [0, 1] },
      { text: 1, picture: [1] },
    ]);
    expect(textToImage(ranks, 1)).toEqual([
      { sum: 1, count: 2 },
      { sum: 0, count: 1 },
    ]);
    expect(imageToText(ranks, 1).map(({ sum }) => sum)).toEqual([1, 0]);
  });

  test('gives equal cosines to the earlier one', () => {
    const ranks = retrievalRanks(
      table([Array(3).fill(0.5), Array(3).fill(0.5), Array(3).fill(0.5)]),
      [0, 1, 2],
    );
    expect(ranks.map(({ text, picture }) => [text, ...picture])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('refuses NaN, and texts without a picture', () => {
    expect(() => retrievalRanks(table([[0.5, Number.NaN]]), [0, 0])).toThrow(
      'expected comparable scores, got NaN at 1',
    );
    expect(() => retrievalRanks(table([[0.5, 0.2]]), [0])).toThrow(
      'expected a picture for each of 2 texts, got 1',
    );
    expect(() => retrievalRanks(table([[0.5, 0.2]]), [0, 1])).toThrow('expected a row below 1, got 1');
  });
});
