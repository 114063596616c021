/**
 * What a LLaMA remembers of the tokens it has read, so that no token is computed twice: an argument and a result
 * of `step`, never hidden in a layer.
 *
 * Official code: `past_key_values`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { takeRows } from '../nn/take-rows.js';
import { sizes, type Tensor } from '../nn/tensor.js';
import { disposeTree } from '../nn/tree.js';
import type { Visible } from './sequence.js';

/** Rotated keys, and values, of K tokens in one layer. */
export type KeyValues = {
  readonly keys: Tensor<'B K C'>;
  readonly values: Tensor<'B K C'>;
}; // no interface: those are no trees of tensors to tf.tidy

export interface KvCache {
  readonly layers: readonly KeyValues[];
  /** Which of the K tokens of each row may be looked at. */
  readonly visible: Visible;
}

/**
 * The given rows in their order, some perhaps several times: what beams need. Takes the cache over: it is freed
 * layer by layer, so that there are never two.
 *
 * @throws RangeError when there is no such row; the cache is freed then, too.
 */
export function selectRows(cache: KvCache, rows: readonly number[]): KvCache {
  const layers: KeyValues[] = [];
  try {
    const visible = rows.map((row) => {
      const seen = cache.visible[row];
      if (seen) return seen;
      throw new RangeError(`expected a row below ${cache.visible.length} of the cache, got ${row}`);
    });
    if (isUnchanged(cache, rows)) return cache;
    for (const { keys, values } of cache.layers) {
      layers.push({ keys: rowsOf(keys, rows), values: rowsOf(values, rows) });
      disposeTree([keys, values]);
    }
    return { layers, visible };
  } catch (error) {
    disposeTree([cache.layers, layers]);
    throw error;
  }
}

const isUnchanged = ({ visible }: KvCache, rows: readonly number[]): boolean =>
  rows.length === visible.length && rows.every((row, i) => row === i);

function rowsOf(x: Tensor<'B K C'>, rows: readonly number[]): Tensor<'B K C'> {
  return tf.tidy(() => {
    const [B, K, C] = sizes(x, 'B K C');
    const taken: tf.Tensor = takeRows(tf.reshape(x, [B, K * C]), tf.tensor1d([...rows], 'int32'));
    return tf.reshape(taken, [rows.length, K, C]);
  });
}
