/**
 * One layer of QLLaMA as queries, and text behind them, pass through it: LLaMA's layer, and in every second one
 * the queries look at the image between self-attention and MLP.
 *
 * Paper: §3.2, figure 4.   Official code: `LlamaDecoderLayer` with vision states.
 * The official layer takes the first 96 positions for the queries when there are that many; here whoever has no
 * queries in front calls `llamaBlock`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attend, type BlockOptions, type BlockOutput, type LlamaBlock, transform } from '../llama/block.js';
import { type Tap, tapUnder } from '../nn/tap.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import type { QLlamaConfig } from './config.js';
import { type CrossAttention, crossAttention } from './cross-attention.js';

export interface QueryBlock extends LlamaBlock {
  /** In layers 0, 2, 4… */
  readonly crossAttn?: CrossAttention;
}

/**
 * x ← x + selfAttention(norm(x));  queries ← queries + crossAttention(queries, image);  x ← x + mlp(norm(x)):
 * [B, Q + T, C], [B, N, W] → [B, Q + T, C].
 */
export function queryBlock(
  config: QLlamaConfig,
  params: QueryBlock,
  x: Tensor<'B T C'>,
  image: Tensor<'B N W'>,
  options: BlockOptions,
): BlockOutput {
  return tf.tidy(() => {
    const { x: afterAttention, seen } = attend(config, params, x, options);
    const afterImage = lookAtImage(config, params, afterAttention, { image, tap: options.tap });
    return { x: transform(config, params, afterImage), seen };
  });
}

function lookAtImage(
  config: QLlamaConfig,
  { crossAttn }: QueryBlock,
  x: Tensor<'B T C'>,
  { image, tap }: { readonly image: Tensor<'B N W'>; readonly tap?: Tap | undefined },
): Tensor<'B T C'> {
  if (crossAttn === undefined) return x;
  const Q = config.numQueries;
  const [, T] = sizes(x, 'B T C');
  if (T < Q) throw new RangeError(`expected ${Q} queries in front, got ${T} positions`);
  const [queries, text] = tf.split(x as tf.Tensor3D, [Q, T - Q], 1) as [tf.Tensor3D, tf.Tensor3D];
  const seen = crossAttention(config, crossAttn, queries, image, tapUnder(tap, 'cross_attn'));
  tap?.('cross_attn', seen);
  const read = tf.add(queries, seen);
  return T === Q ? read : tf.concat([read, text], 1);
}
