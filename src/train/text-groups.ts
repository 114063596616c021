/**
 * Texts as ids in groups of similar length. A batch padded to its longest text is padding for the greater part: names
 * have 9 tokens on average, the longest sentence among 384 has 25.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { InternVLConfig } from '../contrastive/config.js';
import { takeRows } from '../nn/take-rows.js';
import type { Tensor } from '../nn/tensor.js';
import { contrastiveIds, padRight } from '../text/prompts.js';
import type { Tokenizer } from '../text/tokenizer.js';
import { textEmbeddings } from './contrastive-forward.js';
import type { TrainableInternVLC } from './trainable.js';

/** Texts a group holds, at most. */
const GROUP_SIZE = 32;

export interface TextGroup {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array; // [size, length], right-padded with 0
}

export interface TextGroups {
  readonly groups: readonly TextGroup[]; // the shortest texts first
  /** Where each text stands in the groups, one after the other. */
  readonly places: Int32Array; // [size]
}

/** Each text as `contrastiveIds`, padded to the longest of its group. */
export function textGroups(tokenizer: Tokenizer, texts: readonly string[]): TextGroups {
  const rows = texts.map((text, place) => ({ place, ids: contrastiveIds(tokenizer, text) }));
  rows.sort((a, b) => a.ids.length - b.ids.length);
  const places = new Int32Array(rows.length);
  rows.forEach(({ place }, i) => {
    places[place] = i;
  });
  const groups = Array.from({ length: Math.ceil(rows.length / GROUP_SIZE) }, (_, g) =>
    padded(rows.slice(g * GROUP_SIZE, (g + 1) * GROUP_SIZE).map(({ ids }) => ids)),
  );
  return { groups, places };
}

function padded(rows: readonly (readonly number[])[]): TextGroup {
  const length = Math.max(...rows.map((row) => row.length));
  return { size: rows.length, length, ids: Int32Array.from(rows.flatMap((row) => padRight(row, length))) };
}

/** `textEmbeddings` of all texts, in the order in which they were given: [B, E]. */
export function groupEmbeddings(
  config: InternVLConfig,
  trainable: TrainableInternVLC,
  { groups, places }: TextGroups,
): Tensor<'B E'> {
  return tf.tidy(() => {
    const embedded = groups.map(({ size, length, ids }) =>
      textEmbeddings(config, trainable, tf.tensor2d(ids, [size, length], 'int32')),
    );
    const all: tf.Tensor = tf.concat(embedded as tf.Tensor[]);
    const rows: tf.Tensor = takeRows(all, tf.tensor1d(places, 'int32'));
    return rows;
  });
}
