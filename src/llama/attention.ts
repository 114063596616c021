/**
 * LLaMA's self-attention, with rotary positions and a memory of the tokens before.
 *
 * Paper: §3.2.   Official code: `LlamaAttention`.
 * The official code divides the scores by √D after the product, ours scales the queries before it: rounding
 * differs.
 */
import * as tf from '@tensorflow/tfjs-core';

import { dotProductAttention } from '../nn/dot-product-attention.js';
import { type Linear, linear } from '../nn/linear.js';
import { type RopeTable, rotate } from '../nn/rope.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { KeyValues } from './cache.js';
import { keyValueWidth, type LlamaConfig } from './config.js';

export interface SelfAttention {
  readonly qProj: Linear; // [C, C], no biases
  readonly kProj: Linear; // [C, C'], C' narrower than C where heads share keys and values
  readonly vProj: Linear; // [C, C']
  readonly oProj: Linear; // [C, C]
}

/** What all layers of one pass share: where the tokens stand and which of them may see which. */
export interface Sequence {
  readonly rope: RopeTable; //            [T, D/2], or [B·T, D/2] where samples stand elsewhere
  readonly mask?: Tensor<'B T K'>; // additive; absent where all see all
}

export type Attended = {
  readonly attended: Tensor<'B T C'>;
  /** The keys and values that were looked at: those of `past`, then those of these tokens. */
  readonly seen: KeyValues;
};

/**
 * softmax(rope(q)·rope(k)ᵀ/√D + mask)·v per head, joined and projected: [B, T, C] → [B, T, C]. With the keys
 * and values of K − T tokens before, these are looked at too; the mask has K columns.
 */
export function selfAttention(
  config: LlamaConfig,
  params: SelfAttention,
  x: Tensor<'B T C'>,
  { rope, mask }: Sequence,
  past?: KeyValues,
): Attended {
  return tf.tidy(() => {
    sizes(x, 'B T C', { C: config.hiddenSize });
    const { numHeads, numKeyValueHeads = numHeads } = config;
    const queries = rotate(linear(params.qProj, x), rope, numHeads);
    const newKeys = rotate(linear(params.kProj, x), rope, numKeyValueHeads);
    const newValues = linear(params.vProj, x);
    const keys = past ? tf.concat([past.keys as tf.Tensor, newKeys], 1) : newKeys;
    const values = past ? tf.concat([past.values as tf.Tensor, newValues], 1) : newValues;
    const [k, v] = [forEachHead(config, keys), forEachHead(config, values)];
    const mixed = dotProductAttention(queries, k, v, { numHeads, mask });
    return { attended: linear(params.oProj, mixed), seen: { keys, values } };
  });
}

/** Shared heads repeated for every head of queries that uses them: [B, K, C'] → [B, K, C]. */
function forEachHead(config: LlamaConfig, x: tf.Tensor): tf.Tensor {
  const { hiddenSize, numHeads, numKeyValueHeads = numHeads } = config;
  if (numKeyValueHeads === numHeads) return x;
  const [B, K] = sizes(x as Tensor<'B K C'>, 'B K C', { C: keyValueWidth(config) });
  const heads = tf.reshape(x, [B * K * numKeyValueHeads, 1, -1]); // tfjs tiles five axes on no GPU
  return tf.reshape(tf.tile(heads, [1, numHeads / numKeyValueHeads, 1]), [B, K, hiddenSize]);
}
