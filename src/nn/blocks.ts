/**
 * Weights are lent, not held: a tower asks for block i, uses it, gives it back.
 *
 * A resident supplier calls back at once; a streaming one reads the block, calls, and frees it. The forward
 * is the same text in both cases, and its loop over blocks is the only `await` of a tower.
 */
import type { Tensor } from './tensor.js';
import { disposeTree } from './tree.js';

export interface Blocks<Params> {
  readonly length: number;
  /** Lends block `i` to the synchronous `forward` and returns its result. */
  use<Result>(i: number, forward: (params: Params) => Result, signal?: AbortSignal): Promise<Result>;
  dispose(): void;
}

/** Resident: all blocks in memory from the start. Stream: one at a time, read when it is used. */
export type Residency = 'resident' | 'stream';

/** Blocks that stay in memory from load to `dispose`. */
export interface ResidentBlocks<Params> extends Blocks<Params> {
  readonly all: readonly Params[];
}

export function residentBlocks<Params>(all: readonly Params[]): ResidentBlocks<Params> {
  return {
    all,
    length: all.length,
    async use(i, forward, signal) {
      signal?.throwIfAborted();
      return forward(blockAt(all, i));
    },
    dispose: () => disposeTree(all),
  };
}

/**
 * All blocks of a resident supplier, for a forward that must be synchronous (training).
 *
 * @throws TypeError when they are streamed.
 */
export function residentParams<Params>(blocks: Blocks<Params>): readonly Params[] {
  if (!('all' in blocks)) {
    throw new TypeError('expected resident blocks, got streamed ones; read the model with memory: resident');
  }
  return (blocks as ResidentBlocks<Params>).all; // only residentBlocks() has `all`
}

/** The blocks 0…length − 1: all read now, or each when it is used. A failure keeps none. */
export async function readBlocks<Params>(
  length: number,
  read: (i: number) => Promise<Params>,
  residency: Residency,
): Promise<Blocks<Params>> {
  if (residency === 'stream') return streamedBlocks(length, read);
  const all: Params[] = [];
  try {
    for (let i = 0; i < length; i++) all.push(await read(i));
    return residentBlocks(all);
  } catch (error) {
    disposeTree(all);
    throw error;
  }
}

/** Blocks read one at a time: at most one is in memory, however many there are. */
export function streamedBlocks<Params>(
  length: number,
  read: (i: number, signal?: AbortSignal) => Promise<Params>,
): Blocks<Params> {
  return {
    length,
    async use(i, forward, signal) {
      signal?.throwIfAborted();
      if (i < 0 || i >= length) throw new RangeError(`expected a block below ${length}, got ${i}`);
      const params = await read(i, signal);
      try {
        return forward(params);
      } finally {
        disposeTree(params);
      }
    },
    dispose: () => {},
  };
}

/**
 * Runs `x` through all blocks in order, disposing each intermediate value but never the given `x`.
 * `after(i, y)` sees the output of block i (a tap, progress).
 */
export async function runBlocks<Params, Axes extends string>(
  blocks: Blocks<Params>,
  x: Tensor<Axes>,
  forward: (params: Params, x: Tensor<Axes>, i: number) => Tensor<Axes>,
  after?: (i: number, y: Tensor<Axes>) => void,
  signal?: AbortSignal,
): Promise<Tensor<Axes>> {
  let current: Tensor<Axes> = x.clone();
  try {
    for (let i = 0; i < blocks.length; i++) {
      if (signal) await nextTurn();
      const input = current;
      current = await blocks.use(i, (params) => forward(params, input, i), signal);
      input.dispose();
      after?.(i, current);
    }
    return current;
  } catch (error) {
    current.dispose();
    throw error;
  }
}

/**
 * Lets the event loop run: a signal that arrives meanwhile (Ctrl-C, a button) is seen before the next block.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function blockAt<Params>(all: readonly Params[], i: number): Params {
  const params = all[i];
  if (params === undefined) throw new RangeError(`expected a block below ${all.length}, got ${i}`);
  return params;
}
