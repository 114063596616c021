/** Zero-shot classification of EmojiWorld pictures: the miniature of the paper's ImageNet table (§4.3). */
import * as tf from '@tensorflow/tfjs-core';

import type { InternVLConfig } from '../contrastive/config.js';
import { encodeImage, encodeText, type InternVLC } from '../contrastive/internvl-c.js';
import { similarity } from '../contrastive/similarity.js';
import { toPixels } from '../image/normalize.js';
import { contrastiveIds, padRight } from '../text/prompts.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { type Accuracy, accuracy, rankOfTarget } from './accuracy.js';

export interface LabelledPicture {
  readonly rgb: Uint8Array; // [Y, X, 3] of the model's input size
  readonly label: number; //   index into the label texts
}

export interface ZeroShotResult {
  readonly top1: Accuracy;
  readonly top5: Accuracy;
}

export interface LoadedModel {
  readonly config: InternVLConfig;
  readonly model: InternVLC;
  readonly tokenizer: Tokenizer;
}

/** Pictures encoded at a time. */
const BATCH = 128;

/** Share of pictures whose own label is the best, or among the best five, of all `labels`. */
export async function zeroShotIcons(
  loaded: LoadedModel,
  labels: readonly string[],
  pictures: readonly LabelledPicture[],
  signal?: AbortSignal,
): Promise<ZeroShotResult> {
  const texts = await encodeLabels(loaded, labels, signal);
  const ranks: number[] = [];
  try {
    for (let start = 0; start < pictures.length; start += BATCH) {
      signal?.throwIfAborted();
      ranks.push(...(await ranksOf(loaded, texts, pictures.slice(start, start + BATCH), signal)));
    }
  } finally {
    texts.dispose();
  }
  const within = (k: number) => accuracy(ranks.filter((rank) => rank < k).length, ranks.length);
  return { top1: within(1), top5: within(5) };
}

/** [labels, E]. */
async function encodeLabels(
  { config, model, tokenizer }: LoadedModel,
  labels: readonly string[],
  signal?: AbortSignal,
): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  for (let start = 0; start < labels.length; start += BATCH) {
    const rows = labels.slice(start, start + BATCH).map((label) => contrastiveIds(tokenizer, label));
    const length = Math.max(...rows.map((row) => row.length));
    const padded = rows.map((row) => padRight(row, length));
    const ids = tf.tensor2d(padded, [rows.length, length], 'int32');
    parts.push(await encodeText(config, model, ids, { signal }));
    ids.dispose();
  }
  const all = tf.concat(parts, 0);
  tf.dispose(parts);
  return all;
}

async function ranksOf(
  { config, model }: LoadedModel,
  texts: tf.Tensor,
  pictures: readonly LabelledPicture[],
  signal?: AbortSignal,
): Promise<number[]> {
  const side = config.vision.imageSize;
  const each = pictures.map(({ rgb }) => toPixels({ width: side, height: side, data: rgb }));
  const pixels = tf.tidy(() => tf.stack(each.map((values) => tf.tensor3d(values, [side, side, 3]))));
  const images = await encodeImage(config, model, pixels, { signal });
  const logits = similarity(model.logitScale, images, texts);
  const scores = await logits.data();
  tf.dispose([pixels, images, logits]);
  const K = texts.shape[0] ?? 0;
  return pictures.map(({ label }, i) => rankOfTarget(scores.subarray(i * K, (i + 1) * K), label));
}
