/**
 * Retrieval: the texts that fit a picture, the pictures that fit a text, and how often the right one comes
 * first.
 *
 * Paper: §4.3.   Official code: `clip_benchmark/metrics/zeroshot_retrieval.py`. No re-ranking (that is
 * `rerank.ts`), no temperature.
 */
import type { Embeddings } from './embeddings.js';
import { cosines, largest, type Table, tableRow, transposed } from './similarity.js';

/** One candidate: its index in the searched list and its cosine. */
export interface Match {
  readonly index: number;
  readonly cosine: number;
  /** Probability that the two belong together, where it was asked for. */
  readonly match?: number;
}

export interface Retrieval {
  /** For each picture its best texts, best first. */
  readonly textsOf: readonly (readonly Match[])[];
  /** For each text its best pictures, best first. */
  readonly picturesOf: readonly (readonly Match[])[];
  /** Cosines, pictures × texts. */
  readonly similarity: Table;
  /** What a picture's texts are ordered by, pictures × texts: cosines; above them, those ranked anew. */
  readonly byPicture: Table;
  /** What a text's pictures are ordered by, texts × pictures. */
  readonly byText: Table;
}

/** Both directions of the search, `top` matches a query: [I, E], [T, E] → lists. */
export async function retrieve(pictures: Embeddings, texts: Embeddings, top: number): Promise<Retrieval> {
  const similarity = await cosines(pictures, texts);
  const matches = (table: Table): Match[][] =>
    Array.from({ length: table.rows }, (_, i) => {
      const row = tableRow(table, i);
      return largest(row, top).map((index) => ({ index, cosine: row[index] ?? 0 }));
    });
  const byText = transposed(similarity);
  const orders = { similarity, byPicture: similarity, byText };
  return { textsOf: matches(similarity), picturesOf: matches(byText), ...orders };
}

/** Which picture each text describes: `pictureOf[t]` is the index of the picture of text t. */
export type PictureOf = readonly number[];

export interface Recall {
  /** Share of pictures for which one of their own texts is among the first K. */
  readonly imageToText: Readonly<Record<number, number>>;
  /** Share of texts whose picture is among the first K. */
  readonly textToImage: Readonly<Record<number, number>>;
}

/**
 * Recall@K of both directions. A picture with several texts counts once and needs any of them; every text
 * counts. Pictures without a text are candidates, but no queries. After `rerank` the two directions have an order
 * each: `recallAtK(found.byPicture, pictureOf, ks, found.byText)`.
 *
 * @throws RangeError when `pictureOf` does not name one picture for each text.
 */
export function recallAtK(
  similarity: Table,
  pictureOf: PictureOf,
  ks: readonly number[] = [1, 5, 10],
  byText: Table = transposed(similarity),
): Recall {
  checkPairs(similarity, pictureOf);
  const ranksOfTexts = pictureOf.map((picture, t) => rank(tableRow(byText, t), (i) => i === picture));
  const described = [...new Set(pictureOf)];
  const ranksOfPictures = described.map((picture) =>
    rank(tableRow(similarity, picture), (t) => pictureOf[t] === picture),
  );
  const share = (ranks: readonly number[], k: number): number =>
    ranks.filter((position) => position < k).length / ranks.length;
  return {
    imageToText: Object.fromEntries(ks.map((k) => [k, share(ranksOfPictures, k)])),
    textToImage: Object.fromEntries(ks.map((k) => [k, share(ranksOfTexts, k)])),
  };
}

/**
 * Position of the best right candidate, 0 for the first: how many come before it (the earlier of equals
 * does).
 */
function rank(row: Float32Array, isRight: (index: number) => boolean): number {
  let best = -1;
  for (const [i, cosine] of row.entries()) {
    if (Number.isNaN(cosine)) throw new Error(`expected comparable cosines, got NaN at ${i}`);
    if (isRight(i) && (best < 0 || cosine > (row[best] ?? 0))) best = i;
  }
  const right = row[best] ?? Number.NEGATIVE_INFINITY;
  return row.reduce(
    (before, cosine, i) => before + (cosine > right || (cosine === right && i < best) ? 1 : 0),
    0,
  );
}

function checkPairs({ rows, columns }: Table, pictureOf: PictureOf): void {
  if (pictureOf.length !== columns) {
    throw new RangeError(`expected a picture for each of ${columns} texts, got ${pictureOf.length}`);
  }
  const wrong = pictureOf.find((picture) => !(Number.isInteger(picture) && picture >= 0 && picture < rows));
  if (wrong !== undefined) throw new RangeError(`expected a picture below ${rows}, got ${wrong}`);
}
