/**
 * Outputs of the official code (PyTorch, float32, CPU) for the model of `golden-model.ts`, to six digits. The
 * towers are compared value by value, and as a whole by their sums.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { encodeImage, encodeText, type InternVLC } from '../../src/contrastive/internvl-c.js';
import { similarity } from '../../src/contrastive/similarity.js';
import { readInternVLC } from '../../src/contrastive/weights.js';
import { disposeTree } from '../../src/nn/tree.js';
import { relativeL2 } from '../nn/relative-l2.js';
import {
  goldenConfig,
  goldenIds,
  goldenNames,
  goldenPixels,
  goldenTensor,
  goldenValues,
  goldenWeights,
} from './golden-model.js';

/** Six digits are 5e-6 of a value; float32 in another order of summation adds 1e-6. */
const tolerance = 5e-6;

describe('the rule of the model', () => {
  test('there are 127 tensors, and the places of these are known', () => {
    expect(goldenNames).toHaveLength(127);
    expect(goldenNames[0]).toBe('clip_projector.cross_attn.k.weight');
    expect(goldenNames[82]).toBe('query_tokens');
    expect(goldenNames[86]).toBe('vision_model.embeddings.patch_embedding.weight');
  });

  test.each([
    ['clip_projector.cross_attn.k.weight', [0.0146795, 0.0176788, 0.0408267, 0.0855526]],
    ['vision_model.embeddings.patch_embedding.weight', [0.0589968, -0.075362, -0.0694402, 0.077378]],
    ['query_tokens', [0.382797, 0.484066, -0.290558, 0.0406727]],
  ])('%s begins as it should', (name, expected) => {
    expect(relativeL2(tf.tensor1d(goldenTensor(name).slice(0, 4)), expected)).toBeLessThan(tolerance);
  });

  test('pixels begin as they should', () => {
    const values = tf.tensor1d(goldenValues(1000, 4, 4));
    expect(relativeL2(values, [-0.660371, 0.351249, -0.775601, 0.388055])).toBeLessThan(tolerance);
  });
});

describe.each(['wasm', 'cpu'])('InternVL-C on the %s backend', (backend) => {
  let model: InternVLC;
  let images: tf.Tensor;
  let texts: tf.Tensor;
  const seen = new Map<string, tf.Tensor>();

  beforeAll(async () => {
    await import('@tensorflow/tfjs-backend-cpu');
    await tf.setBackend(backend);
    model = await readInternVLC(new Scope(goldenWeights), goldenConfig);
    const tap = (name: string, x: tf.Tensor) => seen.set(name, tf.keep(x.clone()));
    images = await encodeImage(goldenConfig, model, goldenPixels(1000, 2, 28), { tap });
    texts = await encodeText(goldenConfig, model, tf.tensor2d(goldenIds, [2, 8], 'int32'));
  });
  afterAll(async () => {
    disposeTree(model);
    await tf.setBackend('wasm');
  });

  /** The first six channels of a token. */
  const channels = (name: string, b: number, token: number) =>
    tf.squeeze(tf.slice(seen.get(name) ?? tf.zeros([1, 1, 6]), [b, token, 0], [1, 1, 6]));
  const row = (x: tf.Tensor, b: number) => tf.squeeze(tf.slice(x, b, 1), [0]);

  test.each([
    ['embeddings', 0, 0, [0.180446, -0.159759, -0.073131, -0.0877183, -0.0362802, 0.0502634]],
    ['embeddings', 1, 1, [0.0403571, 0.331228, -0.987975, -0.547011, 0.510301, 2.252]],
    ['block.2', 0, 0, [0.243225, 0.0255885, 0.0773098, 0.0050514, 0.123695, 0.107561]],
    ['block.2', 1, 4, [-2.38786, -1.39845, 0.0609684, 0.39706, 2.10817, -2.24123]],
  ])('%s of picture %i, token %i', (name, b, token, expected) => {
    expect(relativeL2(channels(name, b, token), expected)).toBeLessThan(tolerance);
  });

  test('the sums over all states of InternViT', () => {
    const states = [...(seen.get('block.2')?.dataSync() ?? [])];
    expect(states.reduce((sum, v) => sum + v, 0)).toBeCloseTo(5.19086678, 4);
    expect(states.reduce((sum, v) => sum + Math.abs(v), 0)).toBeCloseTo(632.134453, 3);
  });

  // biome-ignore format: a vector a line
  test.each([
    [0, [-0.00160485, 0.0609338, 0.0220248, -0.0992586, 0.0909439, 0.12009, 0.0463832, 0.116351]],
    [1, [-0.0116803, 0.123061, -0.240223, -0.0836141, -0.0234464, 0.219016, 0.0304266, 0.060318]],
  ])('the embedding of picture %i', (b, expected) => {
    expect(relativeL2(row(images, b), expected)).toBeLessThan(tolerance);
  });

  // biome-ignore format: a vector a line
  test.each([
    [0, [0.487503, -0.343302, 4.12639, 1.69861, 1.34238, 0.914409, 0.710048, 2.84464]],
    [1, [-1.54621, 0.000752628, 5.25359, 0.781776, 2.4727, 1.6883, 1.32863, 2.37891]],
  ])('the embedding of text %i', (b, expected) => {
    expect(relativeL2(row(texts, b), expected)).toBeLessThan(tolerance);
  });

  test('the logits per image', () => {
    const logits = similarity(model.logitScale, images, texts);
    expect(relativeL2(logits, [5.51749, 7.34153, -5.71635, -4.64782])).toBeLessThan(tolerance);
  });

  test('the embedding of a picture of 42 pixels, by a position table resized from 28', async () => {
    const embeds = await encodeImage(goldenConfig, model, goldenPixels(1001, 1, 42));
    const expected = [-0.0568356, 0.0385475, -0.114091, -0.103506, -0.0532501, 0.135229, 0.0860555, 0.148761];
    expect(relativeL2(embeds, expected)).toBeLessThan(tolerance);
  });
});
