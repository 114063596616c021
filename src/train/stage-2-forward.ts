/**
 * QLLaMA as stage 2 runs it: several tasks, each with a text for every image, in one pass.
 *
 * Paper: §3.3 (stage 2).   Official code: `forward_train` of `internvl_stage2`.
 * Columns that are padding in every row are left out. That changes nothing: padding is on the right and seen by
 * nobody.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attentionPool } from '../contrastive/attention-pool.js';
import type { InternVLConfig } from '../contrastive/config.js';
import { projectText } from '../contrastive/internvl-c.js';
import { outputAlone } from '../llama/block.js';
import { ropeFromStart } from '../llama/sequence.js';
import { embedTokens } from '../llama/token-embedding.js';
import { rmsNorm } from '../nn/rms-norm.js';
import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { queryBlock } from '../qllama/query-block.js';
import { queriesFor } from '../qllama/query-tower.js';
import { padRight } from '../text/prompts.js';
import type { PaddedText } from '../text/training-sample.js';
import type { TrainableInternVLG } from './trainable.js';

/** A text for each image, and who may look at whom: one of the masks of `src/qllama/masks.ts`. */
export interface Task {
  readonly texts: readonly PaddedText[];
  readonly mask: (Q: number, real: Tensor<'B T'>) => Tensor<'B T K'>;
}

/** Final-normed states of one task. */
export type TaskStates = {
  readonly queries: Tensor<'B Q C'>;
  readonly text: Tensor<'B T C'>;
};

/**
 * The states of R tasks over the same image tokens, from one pass of R·B rows [queries ‖ text], task after task:
 * [B, N, W] → R times [B, Q, C] and [B, T, C].
 *
 * @throws RangeError when a task has not a text for each image, or a text has no tokens, or padding not on the right.
 */
export function taskStates(
  { qllama: config }: InternVLConfig,
  { model, queryBlocks, tokenTable }: TrainableInternVLG,
  image: Tensor<'B N W'>,
  tasks: readonly Task[],
): TaskStates[] {
  return tf.tidy(() => {
    const [B] = sizes(image, 'B N W', { W: config.visionHiddenSize });
    const Q = config.numQueries;
    const { ids, mask } = stacked(Q, B, tasks);
    const [rows, T] = sizes(ids, 'B T');
    const sequence = { rope: ropeFromStart(config, Q + T), mask };
    const text: tf.Tensor = embedTokens(tokenTable, ids);
    const x: Tensor<'B T C'> = tf.concat([queriesFor(model.queries, rows), text], 1); // [R·B, Q + T, C]
    const y = queryBlocks.reduce(
      (h, layer) => outputAlone(() => queryBlock(config, layer, h, image, { sequence })),
      x,
    );
    const states: tf.Tensor = rmsNorm(model.queries.norm, y, config.normEps);
    return tf.split(states, tasks.length).map((task) => {
      const [queries, words] = tf.split(task, [Q, T], 1) as [tf.Tensor, tf.Tensor];
      return { queries, text: words };
    });
  });
}

/** Ids [R·B, T] and masks [R·B, Q + T, Q + T] of all tasks, T being the length of the longest text. */
function stacked(
  Q: number,
  B: number,
  tasks: readonly Task[],
): { ids: Tensor<'B T'>; mask: Tensor<'B T K'> } {
  const T = Math.max(...tasks.flatMap(({ texts }) => texts.map(realLength)));
  const rowsOf = (rows: readonly (readonly number[])[]): tf.Tensor => {
    if (rows.length !== B)
      throw new RangeError(`expected a text for each of ${B} images, got ${rows.length}`);
    const cut = rows.map((row) => padRight(row.slice(0, T), T));
    return tf.tensor2d(cut, [B, T], 'int32');
  };
  const ids = tasks.map(({ texts }) => rowsOf(texts.map((text) => text.ids)));
  const masks = tasks.map(({ texts, mask }): tf.Tensor => mask(Q, rowsOf(texts.map((text) => text.mask))));
  return { ids: tf.concat(ids), mask: tf.concat(masks) };
}

/** Number of real tokens. @throws RangeError when there is none, or padding does not stand on the right. */
export function realLength({ mask }: PaddedText): number {
  const length = mask.filter((real) => real === 1).length;
  if (length === 0 || mask.lastIndexOf(1) !== length - 1) {
    throw new RangeError(`expected tokens and padding on their right, got the mask ${mask.join('')}`);
  }
  return length;
}

/**
 * What the contrastive loss compares: the pooled queries, and the state of each text's last token (`</s>`)
 * projected; neither is normalised. [B, Q, C], [B, T, C] → [B, E], [B, E].
 */
export function contrastiveEmbeddings(
  config: InternVLConfig,
  { clipProjector2, textProjection }: TrainableInternVLG['model'],
  { queries, text }: TaskStates,
  texts: readonly PaddedText[],
): { readonly images: Tensor<'B E'>; readonly texts: Tensor<'B E'> } {
  return tf.tidy(() => {
    const [B, T, C] = sizes(text, 'B T C');
    const last = texts.map((each, b) => b * T + realLength(each) - 1);
    const states: tf.Tensor = takeRows(tf.reshape(text, [B * T, C]), tf.tensor1d(last, 'int32'));
    return {
      images: attentionPool(clipProjector2, queries as tf.Tensor, config.attnPoolNumHeads),
      texts: projectText(textProjection, states),
    };
  });
}
