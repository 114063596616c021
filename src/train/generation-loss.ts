/**
 * Image-grounded text generation (ITG): a caption is predicted token by token from the queries and the tokens
 * before.
 *
 * Paper: §3.3 (stage 2).   Official code: the ITG part of `forward` (`internvl_stage2`).
 * The prompt's last token is predicted as well; the last query, which stands before the first token, predicts
 * nothing.
 */
import * as tf from '@tensorflow/tfjs-core';

import { crossEntropy } from '../nn/cross-entropy.js';
import { type Linear, linear } from '../nn/linear.js';
import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { ignoredLabel } from '../text/training-sample.js';
import { classTargets } from './class-targets.js';

/**
 * CE(states_t·W, labels_{t+1}), the mean over all labels of the batch that are not `ignoredLabel`:
 * [B, T, C] → scalar. Scores are computed for these alone: of 49,954 tokens each, they are the largest part.
 *
 * @throws RangeError when there are not as many rows of labels as of states, a label is no token, or none is
 *   left.
 */
export function generationLoss(
  head: Linear,
  states: Tensor<'B T C'>,
  labels: readonly (readonly number[])[],
): tf.Scalar {
  return tf.tidy(() => {
    const [B, T, C] = sizes(states, 'B T C');
    if (labels.length !== B) throw new RangeError(`expected ${B} rows of labels, got ${labels.length}`);
    const predicted = labels.flatMap((row, b) => predictedIn(row, T).map((each) => ({ b, ...each })));
    const from = predicted.map(({ b, t }) => b * T + t - 1);
    const rows: tf.Tensor = takeRows(tf.reshape(states, [B * T, C]), tf.tensor1d(from, 'int32'));
    const logits = linear(head, rows); // [M, V]
    const ids = predicted.map(({ label }) => label);
    return crossEntropy(logits, classTargets(ids, logits.shape[1] ?? 0));
  });
}

/** The labels of one text that are predicted, and where they stand. Before the first token there is none. */
function predictedIn(row: readonly number[], T: number): { readonly t: number; readonly label: number }[] {
  const predicted = row.map((label, t) => ({ label, t })).slice(1);
  const counted = predicted.filter(({ label }) => label !== ignoredLabel);
  const last = counted.at(-1)?.t ?? 0;
  if (last >= T) throw new RangeError(`labels: expected them among ${T} tokens, got one at ${last}`);
  return counted;
}
