import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { cutPatches, type Embeddings, embed } from '../../src/vision/patch-embed.js';
import { resizePositions } from '../../src/vision/position.js';
import { readInternVit } from '../../src/vision/weights.js';
import { goldenConfig, goldenPixels, goldenTensor, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.vision;
let params: Embeddings;
beforeAll(async () => {
  params = (await readInternVit(new Scope(goldenWeights).at('vision_model'), config)).embeddings;
});

describe('patches', () => {
  test('are read line by line, and inside channel by channel', () => {
    // The hundreds say the line, the tens the column, the units the channel of a pixel.
    const at = (y: number, x: number) => [0, 1, 2].map((c) => 100 * y + 10 * x + c);
    const pixels = tf.tensor4d([[0, 1].map((y) => [0, 1, 2, 3].map((x) => at(y, x)))]);
    // biome-ignore format: a patch a line
    expect(cutPatches(pixels, 2).arraySync()).toEqual([[
      [0, 10, 100, 110,   1, 11, 101, 111,   2, 12, 102, 112],
      [20, 30, 120, 130,  21, 31, 121, 131,  22, 32, 122, 132],
    ]]);
  });

  test('of each picture come before those of the next', () => {
    const pixels = goldenPixels(1000, 2, 28);
    const alone = cutPatches(tf.slice(pixels, 1, 1), 14);
    expect(tf.slice(cutPatches(pixels, 14), 1, 1).arraySync()).toEqual(alone.arraySync());
  });
});

/** The strided convolution that the official code takes, with the kernel as the file has it. */
function convolved(pixels: tf.Tensor): tf.Tensor {
  const name = 'vision_model.embeddings.patch_embedding';
  const inFile = tf.tensor4d(goldenTensor(`${name}.weight`), [60, 3, 14, 14]);
  const kernel = tf.transpose(inFile, [2, 3, 1, 0]) as tf.Tensor4D; // [Y, X, In, Out]
  const patches = tf.add(
    tf.conv2d(pixels as tf.Tensor4D, kernel, 14, 'valid'),
    tf.tensor1d(goldenTensor(`${name}.bias`)),
  );
  return tf.reshape(patches, [pixels.shape[0] ?? 0, -1, 60]);
}

describe('embedding', () => {
  test('is the strided convolution, with positions added', () => {
    const pixels = goldenPixels(1000, 2, 28);
    const positions = tf.slice(params.positionEmbedding, [0, 1, 0], [1, -1, -1]);
    const patches = tf.slice(embed(config, params, pixels), [0, 1, 0], [-1, -1, -1]);
    expect(relativeL2(patches, tf.add(convolved(pixels), positions))).toBeLessThan(1e-6);
  });

  test('the class token stands first, with position 0, and does not see the picture', () => {
    const tokens = embed(config, params, goldenPixels(1000, 2, 28));
    expect(tokens.shape).toEqual([2, 5, 60]);
    const position = tf.slice(params.positionEmbedding, [0, 0, 0], [1, 1, -1]);
    const expected = tf.add(params.classEmbedding, position).arraySync() as number[][][];
    const [first, second] = tf.slice(tokens, [0, 0, 0], [-1, 1, -1]).arraySync() as number[][][];
    expect([first, second]).toEqual([expected[0], expected[0]]);
  });

  test.each([
    [42, 42, 10],
    [28, 56, 9],
    [14, 14, 2],
  ])('a picture of %i×%i has %i tokens', (Y, X, N) => {
    expect(embed(config, params, tf.zeros([1, Y, X, 3])).shape).toEqual([1, N, 60]);
  });

  test('a wide picture gets positions of its own grid', () => {
    const tokens = embed(config, params, tf.zeros([1, 28, 56, 3])); // black: a patch is its bias
    const patches = tf.sub(tf.slice(tokens, [0, 1, 0], [1, -1, -1]), params.patchEmbedding.bias ?? 0);
    const positions = tf.slice(resizePositions(params.positionEmbedding, 2, 4), [0, 1, 0], [1, -1, -1]);
    expect(relativeL2(patches, positions)).toBeLessThan(1e-5);
  });

  test.each<[string, number[], string]>([
    [
      'sides that are no multiples',
      [1, 28, 30, 3],
      'expected a picture whose sides are multiples of 14, got 30×28',
    ],
    ['channels first', [1, 3, 28, 28], 'expected [B, Y, X, 3], got [1, 3, 28, 28]'],
    ['no batch', [28, 28, 3], 'expected [B, Y, X, 3], got [28, 28, 3]'],
  ])('%s is an error', (_, shape, message) => {
    expect(() => embed(config, params, tf.zeros(shape))).toThrow(new RangeError(message));
  });

  test('keeps its result alone, interpolated or not', () => {
    const [own, larger] = [goldenPixels(1, 1, 28), goldenPixels(1, 1, 42)];
    expect(() => embed(config, params, own)).toKeep(1);
    expect(() => embed(config, params, larger)).toKeep(1);
    expect(() => cutPatches(own, 14)).toKeep(1);
  });
});
