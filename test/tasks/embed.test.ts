import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import type { Tensor } from '../../src/nn/tensor.js';
import { type EncodeIds, embedPictures, embedTexts } from '../../src/tasks/embed.js';
import { embeddingsOf, rowAt, stackEmbeddings } from '../../src/tasks/embeddings.js';

/** A vector of a text: how many ids it has, and 1. */
const countIds: EncodeIds = async (ids) =>
  tf.tidy(() => {
    const lengths = tf.sum(tf.cast(tf.greater(ids, 0), 'float32'), 1, true);
    return tf.concat([lengths, tf.onesLike(lengths)], 1) as Tensor<'B E'>;
  });

const lettersAsIds = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

describe('embedTexts', () => {
  test('keeps the order, encodes equal texts once, and similar lengths together', async () => {
    const batches: number[][] = [];
    const encode: EncodeIds = (ids, options) => {
      batches.push([...ids.shape]);
      return countIds(ids, options);
    };
    const texts = ['four', 'a', 'seven77', 'four', 'b', 'two'];
    const { raw, width } = await embedTexts(encode, lettersAsIds, texts, { batchSize: 2 });
    expect(width).toBe(2);
    expect([...raw].filter((_, i) => i % 2 === 0)).toEqual([4, 1, 7, 4, 1, 3]);
    expect(batches).toEqual([[2, 1], [2, 4], [1, 7]]); // biome-ignore format: rows × longest of each batch
  });

  test('keeps no tensor, also when the encoder fails', async () => {
    await expect(() => embedTexts(countIds, lettersAsIds, ['a', 'bb'], { batchSize: 1 })).toKeepAsync(0);
    const failing: EncodeIds = () => Promise.reject(new Error('no'));
    const embed = () => embedTexts(failing, lettersAsIds, ['a'], { batchSize: 1 }).catch(() => {});
    await expect(embed).toKeepAsync(0);
  });

  test('nothing to encode is an error', async () => {
    await expect(embedTexts(countIds, lettersAsIds, [], { batchSize: 1 })).rejects.toThrow('got none');
  });
});

describe('embedPictures', () => {
  const grey = (side: number, value: number) => {
    return { width: side, height: side, data: new Uint8Array(side * side * 3).fill(value) };
  };
  const meanPixel = async (pixels: Tensor<'B Y X 3'>): Promise<Tensor<'B E'>> => tf.mean(pixels, [1, 2]);

  test('gives squares of the size of the model, in batches, and tells how far it is', async () => {
    const shapes: number[][] = [];
    const told: number[] = [];
    const encode = (pixels: Tensor<'B Y X 3'>) => {
      shapes.push([...pixels.shape]);
      return meanPixel(pixels);
    };
    const pictures = [grey(20, 0), grey(9, 0), grey(8, 255)];
    const onProgress = (done: number) => void told.push(done);
    const recipe = { transform: 'classification', size: 8 } as const;
    const { raw } = await embedPictures(encode, pictures, recipe, { batchSize: 2, onProgress });
    expect(shapes).toEqual([[2, 8, 8, 3], [1, 8, 8, 3]]); // biome-ignore format: a matrix
    expect(told).toEqual([2, 3]);
    expect(raw[0]).toBeCloseTo(-0.485 / 0.229, 5);
    expect(raw[6]).toBeCloseTo((1 - 0.485) / 0.229, 5);
  });
});

describe('embeddings', () => {
  test('rows have length 1, and the raw ones stay', () => {
    const embeddings = embeddingsOf(Float32Array.of(3, 4, 0, -2), 2);
    expect([...rowAt(embeddings, 0)].map((x) => Number(x.toFixed(6)))).toEqual([0.6, 0.8]);
    expect([...rowAt(embeddings, 1)]).toEqual([0, -1]);
    expect([...embeddings.raw]).toEqual([3, 4, 0, -2]);
    expect(() => rowAt(embeddings, 2)).toThrow('expected a row below 2, got 2');
  });

  test('a vector without a direction is an error', () => {
    expect(() => embeddingsOf(Float32Array.of(1, 1, 0, 0), 2)).toThrow(
      'embedding 1: expected a vector of finite',
    );
    expect(() => embeddingsOf(Float32Array.of(Number.NaN, 1), 2)).toThrow('got length NaN');
    expect(() => embeddingsOf(Float32Array.of(1, 2, 3), 2)).toThrow('expected rows of 2 numbers, got 3');
  });

  test('stacked, they are below each other', () => {
    const one = embeddingsOf(Float32Array.of(1, 0), 2);
    const two = embeddingsOf(Float32Array.of(0, 2, 2, 0), 2);
    expect([...stackEmbeddings([one, two]).raw]).toEqual([1, 0, 0, 2, 2, 0]);
    expect(() => stackEmbeddings([one, embeddingsOf(Float32Array.of(1), 1)])).toThrow(
      'expected embeddings of width 2',
    );
  });
});
