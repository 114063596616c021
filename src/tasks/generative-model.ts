/** What captioning and matching work with: InternVL-G and its tokenizer, and the image tokens both begin with. */
import type * as tf from '@tensorflow/tfjs-core';

import { type InternVLConfig, inputSize } from '../contrastive/config.js';
import type { InternVLG } from '../contrastive/internvl-g.js';
import type { TransformName } from '../image/transform.js';
import type { TowerOptions } from '../nn/tower-options.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { internVit } from '../vision/internvit.js';
import type { CaptionSearch } from './caption-options.js';
import type { Picture } from './picture.js';
import { pixelBatch } from './pixels.js';

export interface GenerativeModel {
  readonly config: InternVLConfig;
  readonly params: InternVLG;
  readonly tokenizer: Tokenizer;
  /** How its captions are searched for in place of the official evaluation's search. */
  readonly search?: CaptionSearch;
}

/** InternViT's tokens of a batch of pictures: [B, N, W]. The caller owns them. */
export async function imageTokens(
  { config, params }: GenerativeModel,
  pictures: readonly Picture[],
  transform: TransformName,
  options: TowerOptions,
): Promise<tf.Tensor> {
  const pixels = await pixelBatch(pictures, { transform, size: inputSize(config) }, options.signal);
  try {
    return await internVit(config.vision, params.vision, pixels, options);
  } finally {
    pixels.dispose();
  }
}
