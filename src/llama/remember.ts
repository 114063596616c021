/** The loop over the layers of a LLaMA that keeps what each has seen. */
import type { Blocks } from '../nn/blocks.js';
import { runBlocks } from '../nn/run-blocks.js';
import type { Tensor } from '../nn/tensor.js';
import type { TowerOptions } from '../nn/tower-options.js';
import { disposeTree } from '../nn/tree.js';
import type { BlockOutput } from './block.js';
import type { KeyValues } from './cache.js';

/** One layer, which goes on from what it has seen before. */
export type RememberingLayer<Params> = (
  params: Params,
  x: Tensor<'B T C'>,
  past: KeyValues | undefined,
) => BlockOutput;

/**
 * `x` through all layers: its states before the final norm, and what every layer has seen. What they saw `before`
 * is taken over and freed layer by layer: two whole caches never lie in memory.
 */
export async function runRemembering<Params>(
  blocks: Blocks<Params>,
  x: Tensor<'B T C'>,
  layer: RememberingLayer<Params>,
  { signal, onBlock }: TowerOptions,
  before: readonly KeyValues[] = [],
): Promise<{ readonly x: Tensor<'B T C'>; readonly layers: readonly KeyValues[] }> {
  const layers = [...before];
  const remembering = (params: Params, h: Tensor<'B T C'>, i: number): Tensor<'B T C'> => {
    const past = layers[i];
    const { x: y, seen } = layer(params, h, past);
    disposeTree(past);
    layers[i] = seen;
    return y;
  };
  try {
    return { x: await runBlocks(blocks, x, remembering, { signal, onBlock }), layers };
  } catch (error) {
    disposeTree(layers);
    throw error;
  }
}
