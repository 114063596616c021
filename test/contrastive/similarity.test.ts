import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { similarity } from '../../src/contrastive/similarity.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';

const unit = () => tf.scalar(0); // exp(0) = 1

test('with a scale of 1 it is the cosine of every picture and every text', () => {
  // biome-ignore format: a vector a line
  const images = tf.tensor2d([[3, 4], [0, 2]]);
  // biome-ignore format: a vector a line
  const texts = tf.tensor2d([[1, 0], [0, 5], [-3, -4]]);
  const logits = similarity(unit(), images, texts);
  expect(logits.shape).toEqual([2, 3]);
  expect(relativeL2(logits, [0.6, 0.8, -1, 0, 1, -0.8])).toBeLessThan(1e-6);
});

test('the lengths of the embeddings do not matter', () => {
  const [images, texts] = [seededValues([3, 8], 1), seededValues([4, 8], 2)];
  const scaled = similarity(unit(), tf.mul(images, 100), tf.mul(texts, 0.01));
  expect(relativeL2(scaled, similarity(unit(), images, texts))).toBeLessThan(1e-6);
});

test('the scale is stored as its logarithm, and never clamped', () => {
  const [images, texts] = [seededValues([3, 8], 1), seededValues([4, 8], 2)];
  const cosines = similarity(unit(), images, texts);
  for (const scale of [1 / 0.07, 300]) {
    const logits = similarity(tf.scalar(Math.log(scale)), images, texts);
    expect(relativeL2(logits, tf.mul(cosines, scale))).toBeLessThan(1e-6);
  }
});

test('logits per text are the transpose', () => {
  const [images, texts] = [seededValues([3, 8], 1), seededValues([4, 8], 2)];
  const perText = similarity(unit(), texts, images);
  expect(relativeL2(perText, tf.transpose(similarity(unit(), images, texts)))).toBeLessThan(1e-6);
});

test('embeddings of different spaces are an error', () => {
  expect(() => similarity(unit(), tf.ones([2, 8]), tf.ones([3, 9]))).toThrow(
    new RangeError('expected [K, E=8], got [3, 9]'),
  );
  expect(() => similarity(unit(), tf.ones([8]), tf.ones([3, 8]))).toThrow(
    new RangeError('expected [B, E], got [8]'),
  );
});

test('it keeps its result alone', () => {
  const [scale, embeds] = [unit(), tf.ones([2, 8])];
  expect(() => similarity(scale, embeds, embeds)).toKeep(1);
});
