/** The tiny model in bf16 shards, and its two encoders on a fixed picture and text. */
import * as tf from '@tensorflow/tfjs-core';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { openFolder } from '../../src/checkpoint/open-folder.js';
import { Scope } from '../../src/checkpoint/scope.js';
import type { InternVLConfig } from '../../src/contrastive/config.js';
import { encodeImage, encodeText, type InternVLC } from '../../src/contrastive/internvl-c.js';
import { readConfig } from '../../src/contrastive/read-config.js';
import { readInternVLC } from '../../src/contrastive/weights.js';
import type { Residency } from '../../src/nn/blocks.js';
import type { TowerOptions } from '../../src/nn/tower-options.js';
import type { WeightLender } from '../../src/nn/weight.js';
import { seededValues } from '../backend/seeded-values.js';

export const tinyFolder = new URL('../fixtures/reference/tiny-14b/checkpoint', import.meta.url).pathname;

export interface OpenedTiny {
  readonly config: InternVLConfig;
  readonly source: FloatSource;
  close(): Promise<void>;
}

/** Opens the model in `folder`; weights are read when asked for. */
export async function openTiny(folder = tinyFolder): Promise<OpenedTiny> {
  const files = diskFolder(folder);
  const checkpoint = await openFolder(files);
  const config = await readConfig(files, checkpoint);
  return { config, source: checkpointWeights(checkpoint), close: () => checkpoint.close() };
}

/** InternVL-C out of it: matrices lent if there is a lender. */
export function readTiny(
  { config, source }: Pick<OpenedTiny, 'config' | 'source'>,
  memory: Residency,
  lender?: WeightLender,
): Promise<InternVLC> {
  return readInternVLC(new Scope(source, '', { lender }), config, { memory });
}

/** Both embeddings as numbers. Keeps no tensor. */
export async function embeddingsOf(
  config: InternVLConfig,
  model: InternVLC,
  options: TowerOptions = {},
): Promise<{ image: number[]; text: number[] }> {
  const { imageSize } = config.vision;
  const pixels = seededValues([2, imageSize, imageSize, 3], 1);
  const ids = tf.tensor2d([[1, 17, 9, 2, 0, 0]], [1, 6], 'int32');
  try {
    const image = await numbersOf(encodeImage(config, model, pixels, options));
    return { image, text: await numbersOf(encodeText(config, model, ids, options)) };
  } finally {
    tf.dispose([pixels, ids]);
  }
}

async function numbersOf(embeds: Promise<tf.Tensor>): Promise<number[]> {
  const tensor = await embeds;
  const values = [...(await tensor.data())];
  tensor.dispose();
  return values;
}
