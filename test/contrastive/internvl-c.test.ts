import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { inputSize } from '../../src/contrastive/config.js';
import { encodeImage, encodeText, type InternVLC, projectText } from '../../src/contrastive/internvl-c.js';
import { readInternVLC } from '../../src/contrastive/weights.js';
import { seededValues } from '../backend/seeded-values.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { goldenConfig, goldenIds, goldenPixels, goldenWeights } from './golden-model.js';

const config = goldenConfig;
let pixels: tf.Tensor;
let ids: tf.Tensor;
let resident: InternVLC;
let streamed: InternVLC;
beforeAll(async () => {
  pixels = goldenPixels(1000, 2, 28);
  ids = tf.tensor2d(goldenIds, [2, 8], 'int32');
  resident = await readInternVLC(new Scope(goldenWeights), config);
  streamed = await readInternVLC(new Scope(goldenWeights), config, { memory: 'stream' });
});

test('streamed and resident weights give the same embeddings, bit for bit', async () => {
  const images = await encodeImage(config, resident, pixels);
  expect((await encodeImage(config, streamed, pixels)).arraySync()).toEqual(images.arraySync());
  const texts = await encodeText(config, resident, ids);
  expect((await encodeText(config, streamed, ids)).arraySync()).toEqual(texts.arraySync());
});

test('pictures that share a pass over the blocks, a part at a time, have the embeddings they have alone', async () => {
  const images = await encodeImage(config, resident, pixels);
  const inParts = await encodeImage(config, streamed, pixels, { rowsAtOnce: 1 });
  expect(relativeL2(inParts, images)).toBeLessThan(1e-6);
  await expect(() => encodeImage(config, streamed, pixels, { rowsAtOnce: 1 })).toKeepAsync(1);
});

test('embeddings are not normalised: who compares them normalises', async () => {
  const lengths = tf.norm(await encodeText(config, resident, ids), 2, 1).dataSync();
  for (const length of lengths) expect(Math.abs(length - 1)).toBeGreaterThan(0.1);
});

test('a text is the same padded to 80 or not at all', async () => {
  const [row = []] = goldenIds;
  const embed = (ofLength: number) => {
    const padded = Array.from({ length: ofLength }, (_, t) => row[t] ?? 0);
    return encodeText(config, resident, tf.tensor2d([padded], [1, ofLength], 'int32'));
  };
  expect(relativeL2(await embed(80), await embed(5))).toBeLessThan(1e-5);
});

test('a larger picture gives an embedding of the same width', async () => {
  expect((await encodeImage(config, resident, goldenPixels(1001, 1, 42))).shape).toEqual([1, 8]);
});

test('the text projection is applied as x·P', () => {
  const x = tf.tensor2d([[1, 2]]);
  // biome-ignore format: a matrix
  const P = tf.tensor2d([[1, 0, 3],
                         [0, 1, 4]]);
  expect(projectText(P, x).arraySync()).toEqual([[1, 2, 11]]);
  expect(() => projectText(P, tf.ones([1, 3]))).toThrow(new RangeError('expected [C=3, E], got [2, 3]'));
  expect(() => projectText(P, x)).toKeep(1);
});

describe.each(['resident', 'streamed'])('with %s weights', (which) => {
  const model = () => (which === 'resident' ? resident : streamed);

  test('both encoders keep their result alone', async () => {
    await expect(() => encodeImage(config, model(), pixels)).toKeepAsync(1);
    await expect(() => encodeText(config, model(), ids)).toKeepAsync(1);
  });

  test('both can be aborted between blocks, and leak nothing', async () => {
    const reason = new Error('enough');
    for (const run of [
      (options: object) => encodeImage(config, model(), pixels, options),
      (options: object) => encodeText(config, model(), ids, options),
    ]) {
      const aborter = new AbortController();
      const options = { signal: aborter.signal, onBlock: () => aborter.abort(reason) };
      await expect(() => expect(run(options)).rejects.toBe(reason)).toKeepAsync(0);
    }
  });

  test('a head that does not fit fails after the tower, and leaks nothing', async () => {
    const sevenHeads = { ...config, attnPoolNumHeads: 7 };
    const images = () => encodeImage(sevenHeads, model(), pixels);
    await expect(() =>
      expect(images()).rejects.toThrow('expected heads that divide C=60, got 7'),
    ).toKeepAsync(0);
    const textProjection = seededValues([63, 8], 1);
    const texts = () => encodeText(config, { ...model(), textProjection }, ids);
    await expect(() => expect(texts()).rejects.toThrow('expected [C=64, E], got [63, 8]')).toKeepAsync(0);
  });
});

test('pictures are as large as the model was trained for, unless a size is forced', () => {
  expect(inputSize(config)).toBe(28);
  expect(inputSize({ ...config, forceImageSize: 42 })).toBe(42);
});
