/**
 * Retrieval as a number: how often the own picture of a text, or any own text of a picture, is among the first K.
 *
 * Paper: §4.3, table 7.   Official code: `clip_benchmark/metrics/zeroshot_retrieval.py`. The same shares as
 * `recallAtK`, but picture by picture: the texts of one picture depend on each other, and an interval must know them.
 */
import { type Table, tableRow, transposed } from '../tasks/similarity.js';
import { rankOfTarget } from './accuracy.js';
import type { Group } from './bootstrap.js';

/** Ranks around one picture, 0 for the best; equal cosines keep their order. */
export interface PictureRanks {
  /** Of the best of its own texts among all texts. */
  readonly text: number;
  /** Of the picture among all pictures, for each of its texts. */
  readonly picture: readonly number[];
}

/**
 * For each picture that has a text; `pictureOf[t]` is the index of the picture of text t. similarity: pictures ×
 * texts.
 *
 * @throws RangeError when `pictureOf` does not name a picture for each text; Error for a cosine that is NaN.
 */
export function retrievalRanks(similarity: Table, pictureOf: readonly number[]): PictureRanks[] {
  if (pictureOf.length !== similarity.columns) {
    throw new RangeError(
      `expected a picture for each of ${similarity.columns} texts, got ${pictureOf.length}`,
    );
  }
  const byText = transposed(similarity);
  const textsOf = new Map<number, number[]>();
  for (const [text, picture] of pictureOf.entries()) {
    textsOf.set(picture, [...(textsOf.get(picture) ?? []), text]);
  }
  return [...textsOf].map(([picture, texts]) => {
    const row = tableRow(similarity, picture);
    return {
      text: Math.min(...texts.map((text) => rankOfTarget(row, text))),
      picture: texts.map((text) => rankOfTarget(tableRow(byText, text), picture)),
    };
  });
}

/** Of each picture, whether any of its own texts is among the first `k`: a query a picture. */
export function imageToText(ranks: readonly PictureRanks[], k: number): Group[] {
  return ranks.map(({ text }) => ({ sum: text < k ? 1 : 0, count: 1 }));
}

/** Of each picture, how many of its texts have it among the first `k`: a query a text. */
export function textToImage(ranks: readonly PictureRanks[], k: number): Group[] {
  return ranks.map(({ picture }) => {
    return { sum: picture.filter((rank) => rank < k).length, count: picture.length };
  });
}
