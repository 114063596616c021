import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import {
  embedTokens,
  lookUpTokens,
  residentEmbedding,
  residentWeight,
  type TokenEmbedding,
} from '../../src/llama/token-embedding.js';

const ids = (rows: number[][]) => tf.tensor2d(rows, [rows.length, rows[0]?.length ?? 0], 'int32');
let table: tf.Tensor;
beforeAll(() => {
  // biome-ignore format: a matrix
  table = tf.tensor2d([[0, 1], [10, 11], [20, 21], [30, 31]]);
});

/** Rows from somewhere else, as a streamed model lends them. */
const lent = (): TokenEmbedding => ({
  vocabSize: 4,
  rows: async (list) => tf.gather(table, tf.tensor1d([...list], 'int32')),
  dispose: () => {},
});

test('each token gets its row, in its place', async () => {
  // biome-ignore format: a text a line
  const expected = [
    [[20, 21], [0, 1], [20, 21]],
    [[30, 31], [10, 11], [0, 1]],
  ];
  const text = ids([
    [2, 0, 2],
    [3, 1, 0],
  ]);
  expect((await lookUpTokens(residentEmbedding(table), text)).arraySync()).toEqual(expected);
  expect((await lookUpTokens(lent(), text)).arraySync()).toEqual(expected);
  expect(embedTokens(table, text).arraySync()).toEqual(expected);
});

test.each([4, -1])(
  'id %i is outside the vocabulary, and an error that asks for the tokenizer',
  async (id) => {
    await expect(lookUpTokens(residentEmbedding(table), ids([[1, id]]))).rejects.toThrow(
      new RangeError(`token ids: expected 0…3, got ${id}; is it this model's tokenizer?`),
    );
  },
);

test('ids of another rank are an error', async () => {
  await expect(lookUpTokens(residentEmbedding(table), tf.zeros([3], 'int32'))).rejects.toThrow(
    new RangeError('expected [B, T], got [3]'),
  );
});

test('the gradient goes to the rows that were used, as often as they were', () => {
  const loss = (weight: tf.Tensor): tf.Scalar => tf.sum(embedTokens(weight, ids([[2, 0, 2]])));
  expect(tf.grad(loss)(table).arraySync()).toEqual([
    [1, 1],
    [0, 0],
    [2, 2],
    [0, 0],
  ]);
});

test('looking up keeps its result alone', async () => {
  const text = ids([[1, 2]]);
  const embedding = residentEmbedding(table);
  await expect(() => lookUpTokens(embedding, text)).toKeepAsync(1);
  await expect(() => embedding.rows([1, 2, 3])).toKeepAsync(1);
  expect(() => embedTokens(table, text)).toKeep(1);
});

test('a resident table can be trained and freed; a lent one cannot be trained', () => {
  const weight = tf.ones([3, 2]);
  const embedding = residentEmbedding(weight);
  expect(residentWeight(embedding)).toBe(weight);
  embedding.dispose();
  expect(weight.isDisposed).toBe(true);
  expect(() => residentWeight(lent())).toThrow(
    new TypeError('expected a resident token table, got one that is read by row'),
  );
});
