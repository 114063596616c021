/** The loop over the blocks of a tower: for one batch, or for the parts of one that share each block. */
import type { Blocks } from './blocks.js';
import { nextTurn } from './next-turn.js';
import type { Tensor } from './tensor.js';
import type { TowerOptions } from './tower-options.js';
import { disposeTree } from './tree.js';

/** Block i on part number `part`: synchronous, the event loop runs between blocks and between parts. */
export type BlockForward<Params, Axes extends string> = (
  params: Params,
  x: Tensor<Axes>,
  i: number,
  part: number,
) => Tensor<Axes>;

export interface RunOptions<Axes extends string> extends Pick<TowerOptions, 'signal' | 'onBlock'> {
  /** Sees each output of block i. */
  readonly after?: (i: number, y: Tensor<Axes>) => void;
}

/** Runs `x` through all blocks in order, disposing each intermediate value but never the given `x`. */
export async function runBlocks<Params, Axes extends string>(
  blocks: Blocks<Params>,
  x: Tensor<Axes>,
  forward: BlockForward<Params, Axes>,
  options?: RunOptions<Axes>,
): Promise<Tensor<Axes>> {
  const [y] = await runParts(blocks, [x.clone()], forward, options);
  return y as Tensor<Axes>; // one part for one
}

/**
 * Runs the parts of a batch through all blocks: all of them through block i before block i + 1 is asked for, so
 * that a block is read once for the whole batch. It takes the parts over: they are disposed in any case.
 */
export async function runParts<Params, Axes extends string>(
  blocks: Blocks<Params>,
  parts: readonly Tensor<Axes>[],
  forward: BlockForward<Params, Axes>,
  { signal, onBlock, after }: RunOptions<Axes> = {},
): Promise<Tensor<Axes>[]> {
  const current = [...parts];
  let i = 0;
  try {
    for await (const params of blocks.inOrder(signal)) {
      for (const [part, x] of current.entries()) {
        if (part > 0 && signal) await nextTurn();
        signal?.throwIfAborted();
        const y = forward(params, x, i, part);
        current[part] = y;
        x.dispose();
        after?.(i, y);
        onBlock?.(i + (part + 1) / current.length, blocks.length);
      }
      i++;
    }
    return current;
  } catch (error) {
    disposeTree(current);
    throw error;
  }
}
