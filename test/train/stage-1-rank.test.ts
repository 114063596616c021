import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { imageEmbeddings, textEmbeddings } from '../../src/train/contrastive-forward.js';
import { initialValues } from '../../src/train/initial-values.js';
import { joinGroup, type RankGroup, sharedBuffers } from '../../src/train/rank-group.js';
import { type Stage1Batch, stage1Batch } from '../../src/train/stage-1-batch.js';
import { rankStep } from '../../src/train/stage-1-rank.js';
import { type TrainableInternVLC, trainableInternVLC } from '../../src/train/trainable.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

/** Nothing random in the forward, so that a half batch sees what the whole one sees. */
const config = { ...tinyStage1, dropTokens: 0, dropPathRate: 0 };
const { imageSize: side } = config.model.vision;

let tiny: TinyData;
let trainable: TrainableInternVLC;
beforeAll(async () => {
  tiny = await tinyData();
  trainable = await trainableInternVLC(initialValues({ seed: 1, layerScale: 0.1, scale: 14 }), config.model);
});

const parameterCount = () =>
  [...trainable.parameters.values()].reduce((n, { variable }) => n + variable.size, 0);

/** A rank whose fellows have handed in their embeddings already. */
function groupWith(embeddings: Record<'images' | 'texts', Float32Array>, rank: number): RankGroup {
  const buffers = sharedBuffers(2, config.batchSize, config.model, parameterCount());
  return { ...joinGroup(buffers, rank), gather: (what) => Float32Array.from(embeddings[what]) };
}

const half = (batch: Stage1Batch, rank: number): Stage1Batch => {
  const size = batch.size / 2;
  const part = <T extends Float32Array | Int32Array>(x: T) =>
    x.slice((rank * x.length) / 2, ((rank + 1) * x.length) / 2) as T;
  return { size, length: batch.length, pixels: part(batch.pixels), ids: part(batch.ids) };
};

describe('ranks', () => {
  test('that share a batch find the loss and the gradient of the whole batch', () => {
    const batch = stage1Batch(config, tiny.data, 0, 0);
    const alone = joinGroup(sharedBuffers(1, config.batchSize, config.model, parameterCount()), 0);
    const loss = rankStep(config, trainable, alone, batch, 0);
    const pixels = tf.tensor4d(batch.pixels, [batch.size, side, side, 3]);
    const ids = tf.tensor2d(batch.ids, [batch.size, batch.length], 'int32');
    const embeddings = {
      images: imageEmbeddings(config.model, trainable, pixels).dataSync() as Float32Array,
      texts: textEmbeddings(config.model, trainable, ids).dataSync() as Float32Array,
    };
    const groups = [0, 1].map((rank) => groupWith(embeddings, rank));
    const losses = groups.map((group) => rankStep(config, trainable, group, half(batch, group.rank), 0));
    for (const other of losses) expect(other).toBeCloseTo(loss, 5);

    const whole = alone.gradientOf(0);
    const [first, second] = groups.map((group) => group.gradientOf(group.rank));
    let [difference, norm] = [0, 0];
    whole.forEach((value, i) => {
      difference += (value - (first?.[i] ?? 0) - (second?.[i] ?? 0)) ** 2;
      norm += value ** 2;
    });
    expect(norm).toBeGreaterThan(0);
    expect(Math.sqrt(difference / norm)).toBeLessThan(2e-5); // other orders of summation
  });

  test('leave no tensor behind', () => {
    const batch = stage1Batch(config, tiny.data, 0, 0);
    const alone = joinGroup(sharedBuffers(1, config.batchSize, config.model, parameterCount()), 0);
    expect(() => rankStep(tinyStage1, trainable, alone, batch, 0)).toKeep(0);
  });

  test('learn that another one has failed instead of waiting for it', () => {
    const buffers = sharedBuffers(2, 4, config.model, 8);
    joinGroup(buffers, 1).fail();
    expect(() => joinGroup(buffers, 0).barrier()).toThrow('a training rank has failed');
  });

  test('do not wait for ever for one that is gone', () => {
    const group = joinGroup(sharedBuffers(2, 4, config.model, 8), 0, 20);
    expect(() => group.barrier()).toThrow('a training rank did not answer within 0.02 s');
  });

  test('must divide the batch', () => {
    expect(() => sharedBuffers(3, 4, config.model, 8)).toThrow('divides the batch of 4, got 3');
  });
});
