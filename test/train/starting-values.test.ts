import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import type { InternVLConfig } from '../../src/contrastive/config.js';
import { imageEmbeddings, textEmbeddings } from '../../src/train/contrastive-forward.js';
import { exportModel } from '../../src/train/export-model.js';
import { openModelOf } from '../../src/train/starting-values.js';
import { trainableInternVLC } from '../../src/train/trainable.js';
import { startRun } from '../../src/train/training-run.js';
import { tinyStage1, tinyStage2 } from './tiny-run.js';

const folder = mkdtempSync(join(tmpdir(), 'starting-values-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  const run = await startRun(tinyStage1);
  await exportModel(folder, run, { tokenizerModel: new Uint8Array(), labels: [], templates: [] });
});

const values = async (config: typeof tinyStage1 | typeof tinyStage2, name: string, from?: string) =>
  (await openModelOf(config, from)).parameters.get(name)?.variable.dataSync() ?? [];

/** Of a picture and of a text, by the model in a folder. */
async function embeddings(model: InternVLConfig, from: string): Promise<number[]> {
  const checkpoint = await openCheckpoint(from);
  const trainable = await trainableInternVLC(checkpointWeights(checkpoint), model);
  await checkpoint.close();
  const { imageSize, numChannels } = model.vision;
  const shape: [number, number, number, number] = [1, imageSize, imageSize, numChannels];
  const picture = tf.randomNormal(shape, 0, 1, 'float32', 7);
  const image: tf.Tensor = imageEmbeddings(model, trainable, picture);
  const text: tf.Tensor = textEmbeddings(model, trainable, tf.tensor2d([[1, 5, 9, 2]], [1, 4], 'int32'));
  return [...image.dataSync(), ...text.dataSync()];
}

describe('a model that begins with another', () => {
  const otherSeed = { ...tinyStage2, seed: 99 };

  test('has its values, rounded to bf16 on the way, and initial ones for what it lacks', async () => {
    const name = 'qllama.model.layers.0.mlp.up_proj.weight';
    const [stored, begun] = [await values(tinyStage1, name), await values(otherSeed, name, folder)];
    expect(begun).toHaveLength(stored.length);
    begun.forEach((value, i) => {
      expect(Math.abs(value - (stored[i] ?? 0))).toBeLessThanOrEqual(Math.abs(value) / 128);
    });
    const cross = 'qllama.model.layers.0.cross_attn.q_proj.weight';
    expect(await values(otherSeed, cross, folder)).toEqual(await values(otherSeed, cross));
  });

  test('of another size of picture has its positions interpolated', async () => {
    const { vision } = tinyStage1.model;
    const larger = { ...tinyStage1, model: { ...tinyStage1.model, vision: { ...vision, imageSize: 16 } } };
    const name = 'vision_model.embeddings.position_embedding';
    const [table, wide] = [await values(tinyStage1, name), await values(larger, name, folder)];
    const C = vision.hiddenSize;
    expect([table.length, wide.length]).toEqual([5 * C, 17 * C]);
    expect(wide.slice(0, C)).toEqual(table.slice(0, C)); // the class token's row
    const mean = (rows: ArrayLike<number>) =>
      Array.from(rows).reduce((sum, x) => sum + x, 0) / (rows.length - C);
    expect(mean(wide)).toBeCloseTo(mean(table), 1);
  });

  test('and has fewer layers says the same: those behind its last one begin as the identity', async () => {
    const { model } = tinyStage1;
    const grown = {
      ...model,
      vision: { ...model.vision, numLayers: model.vision.numLayers + 1 },
      qllama: { ...model.qllama, numLayers: model.qllama.numLayers + 1 },
    };
    const larger = { ...tinyStage1, model: grown, seed: 99 };
    const added = `qllama.model.layers.${model.qllama.numLayers}`;
    expect(new Set(await values(larger, `${added}.mlp.down_proj.weight`, folder))).toEqual(new Set([0]));
    const inside = new Set(await values(larger, `${added}.mlp.up_proj.weight`, folder));
    expect(inside.size).toBeGreaterThan(1); // else no gradient would ever reach it
    const exported = join(folder, 'grown');
    const words = { tokenizerModel: new Uint8Array(), labels: [], templates: [] };
    await exportModel(exported, await startRun(larger, { init: folder }), words);
    expect(await embeddings(grown, exported)).toEqual(await embeddings(model, folder));
  });

  test('keeps what the stage knows nothing of, to be gone on with', async () => {
    const [whole, further] = [join(folder, 'whole'), join(folder, 'further')];
    const words = { tokenizerModel: new Uint8Array(), labels: [], templates: [] };
    await exportModel(whole, await startRun(otherSeed), words);
    await exportModel(further, await startRun(tinyStage1, { init: whole }), words);
    const own = { ...tinyStage2, seed: 5 };
    const qllama = { ...own.model.qllama, numLayers: 3 };
    const deeper = { ...own, model: { ...own.model, qllama } };
    const cross = (layer: number) => `qllama.model.layers.${layer}.cross_attn.o_proj.weight`;
    expect(new Set(await values(deeper, cross(2), whole))).toEqual(new Set([0])); // a layer that `whole` has not
    expect(await values(deeper, cross(0), whole)).toEqual(await values(own, cross(0), whole));
    for (const name of ['query_tokens', 'itm_head.weight', 'qllama.lm_head.weight']) {
      expect(await values(own, name, further)).toEqual(await values(own, name, whole));
      expect(await values(own, name, further)).not.toEqual(await values(own, name));
    }
  });

  test('that is not there is an error', async () => {
    await expect(openModelOf(tinyStage2, join(folder, 'none'))).rejects.toThrow(
      'expected a checkpoint folder',
    );
  });
});
