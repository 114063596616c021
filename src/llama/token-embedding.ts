/** Token ids to vectors. The table of the full model has 49,954 rows of 4,096: it is never read whole. */
import * as tf from '@tensorflow/tfjs-core';

import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';

/** Lends the rows that a text needs: from memory, or read from the file at each use. */
export interface TokenEmbedding {
  readonly vocabSize: number;
  /** The rows of the given ids, in their order: [ids.length, C]. */
  rows(ids: readonly number[]): Promise<tf.Tensor>;
  dispose(): void;
}

export interface ResidentEmbedding extends TokenEmbedding {
  readonly weight: Tensor<'V C'>;
}

/** The whole table in memory (a small model, or training). */
export function residentEmbedding(weight: Tensor<'V C'>): ResidentEmbedding {
  const [vocabSize] = sizes(weight, 'V C');
  return {
    weight,
    vocabSize,
    rows: async (ids) => tf.tidy(() => takeRows(weight, tf.tensor1d([...ids], 'int32'))),
    dispose: () => weight.dispose(),
  };
}

/**
 * The whole table of a resident embedding.
 *
 * @throws TypeError when its rows are lent from a file.
 */
export function residentWeight(embedding: TokenEmbedding): Tensor<'V C'> {
  if (!('weight' in embedding)) {
    throw new TypeError('expected a resident token table, got one that is read by row');
  }
  return (embedding as ResidentEmbedding).weight; // only residentEmbedding() has `weight`
}

/** Each token's vector: [B, T] → [B, T, C]. Differentiable, for training. */
export function embedTokens(weight: Tensor<'V C'>, ids: Tensor<'B T'>): Tensor<'B T C'> {
  return tf.tidy(() => {
    const [B, T] = sizes(ids, 'B T');
    const rows: tf.Tensor = takeRows(weight, tf.reshape(tf.cast(ids, 'int32'), [B * T]));
    return tf.reshape(rows, [B, T, -1]);
  });
}

/**
 * The same through a lender.
 *
 * @throws RangeError when an id is outside the vocabulary.
 */
export async function lookUpTokens(embedding: TokenEmbedding, ids: Tensor<'B T'>): Promise<Tensor<'B T C'>> {
  const [B, T] = sizes(ids, 'B T');
  const list = Array.from(await ids.data());
  return lookUpIds(embedding, list, [B, T]);
}

/** The same of ids that lie in a list. */
export async function lookUpIds(
  embedding: TokenEmbedding,
  ids: readonly number[],
  [B, T]: readonly [B: number, T: number],
): Promise<Tensor<'B T C'>> {
  const outside = ids.find((id) => !(id >= 0 && id < embedding.vocabSize));
  if (outside !== undefined) {
    throw new RangeError(
      `token ids: expected 0…${embedding.vocabSize - 1}, got ${outside}; is it this model's tokenizer?`,
    );
  }
  const rows = await embedding.rows(ids);
  try {
    return tf.reshape(rows, [B, T, -1]);
  } finally {
    rows.dispose();
  }
}
