/**
 * From a token's state to a score for every token of the vocabulary. The matrix of the full model has 49,954
 * rows of 4,096: it is lent a part at a time, as layers are.
 *
 * Official code: `lm_head`.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { Blocks } from '../nn/blocks.js';
import { type Linear, linear } from '../nn/linear.js';
import type { Tensor } from '../nn/tensor.js';
import { disposeTree } from '../nn/tree.js';

/** The rows of `lm_head` in parts, in their order. */
export type LanguageHead = Blocks<Linear>;

/** states·W_headᵀ: [..., C] → [..., V]. */
export async function tokenLogits(
  head: LanguageHead,
  states: Tensor,
  signal?: AbortSignal,
): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  try {
    for await (const part of head.inOrder(signal)) parts.push(linear(part, states));
    return parts.length === 1 ? (parts.pop() as tf.Tensor) : tf.concat(parts, -1);
  } finally {
    disposeTree(parts);
  }
}
