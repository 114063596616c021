/** The model and the pictures that all contestants of the end-to-end comparison have in common. */
import * as tf from '@tensorflow/tfjs-core';

import { type InternVitConfig, internVit6B } from '../../../src/vision/config.js';
import { type InternVit, internVit } from '../../../src/vision/internvit.js';
import { valuesOf } from './values.js';

/** InternViT in the size of ViT-B/16: 197 tokens, 86 M parameters. */
export const vitB16 = {
  ...internVit6B,
  ...{ patchSize: 16, hiddenSize: 768, numHeads: 12, intermediateSize: 3072, numLayers: 12 },
} as const satisfies InternVitConfig;

export const VIT_SEED = 1;

export interface VitSettings {
  readonly threads: number;
  readonly batch: number;
  readonly arithmetic?: 'exact' | 'fast';
}

/** The output that is compared has been computed before: a large batch is warm by that. */
export const vitWarmUps = (batch: number): number => (batch > 1 ? 0 : 1);

/** `batch` pictures as [B, 3, Y, X], in the range of normalised pixels. */
export function pictures(
  { imageSize, numChannels }: InternVitConfig,
  batch: number,
): Float32Array<ArrayBuffer> {
  return valuesOf('pixels', batch * numChannels * imageSize ** 2, 2);
}

/** The same as a tensor of ours: [B, 3, Y, X] → [B, Y, X, 3]. */
export function pixelTensor(
  { imageSize: side, numChannels }: InternVitConfig,
  values: Float32Array,
): tf.Tensor {
  return tf.tidy(() =>
    tf.transpose(
      tf.tensor(values, [values.length / (numChannels * side ** 2), numChannels, side, side]),
      [0, 2, 3, 1],
    ),
  );
}

/** Our forward, its result read back. */
export async function statesOf(
  config: InternVitConfig,
  params: InternVit,
  pixels: tf.Tensor,
): Promise<Float32Array> {
  const states = await internVit(config, params, pixels);
  const values = await states.data<'float32'>();
  states.dispose();
  return values;
}
