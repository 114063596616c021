/**
 * Weights are lent, not held: a tower asks for its blocks in order, and has each until it asks for the next.
 *
 * A resident supplier has them all; a streaming one reads block i + 1 while block i computes. The forward is the
 * same text in both cases, and its loop over blocks is the only `await` of a tower.
 */
import { nextTurn } from './next-turn.js';
import { disposeTree } from './tree.js';

export interface Blocks<Params> {
  readonly length: number;
  /**
   * Lends each block in turn, until the next is asked for or the loop is left: `for await (const params of …)`.
   * The event loop gets a turn before each.
   *
   * @throws (while it runs) the reason of the signal, the error of a reader; Error once they were disposed.
   */
  inOrder(signal?: AbortSignal): AsyncIterable<Params>;
  /** Ends the runs that still go on at their next block. */
  dispose(): void;
}

/**
 * Resident: all blocks in memory from the start. Stream: two at a time, each read while the one before it computes.
 * One by one: each read once the one before it is freed.
 */
export type Residency = 'resident' | 'stream' | 'one-by-one';

/** Blocks that stay in memory from load to `dispose`. */
export interface ResidentBlocks<Params> extends Blocks<Params> {
  readonly all: readonly Params[];
}

/** Reads block `i`. It may be called for a second block while the first is in memory. */
export type ReadBlock<Params> = (i: number, signal?: AbortSignal) => Promise<Params>;

export function residentBlocks<Params>(all: readonly Params[]): ResidentBlocks<Params> {
  return {
    all,
    length: all.length,
    async *inOrder(signal) {
      for (const params of all) {
        if (signal) await nextTurn();
        signal?.throwIfAborted();
        yield params;
      }
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

/**
 * The blocks 0…length − 1: all read now, or each before it is used. A failure keeps none.
 *
 * @param signal ends the reading now; later reads are ended by the signal of the run.
 */
export async function readBlocks<Params>(
  length: number,
  read: ReadBlock<Params>,
  residency: Residency,
  signal?: AbortSignal,
): Promise<Blocks<Params>> {
  if (residency !== 'resident') return streamedBlocks(length, read, residency === 'stream' ? 1 : 0);
  const all: Params[] = [];
  try {
    for (let i = 0; i < length; i++) all.push(await read(i, signal));
    return residentBlocks(all);
  } catch (error) {
    disposeTree(all);
    throw error;
  }
}

/**
 * Blocks that are read anew in every run. A run has at most two in memory: the one that computes, and the next
 * one, which is being read meanwhile.
 *
 * @param ahead 0: only the one that computes.
 */
export function streamedBlocks<Params>(
  length: number,
  read: ReadBlock<Params>,
  ahead: 0 | 1 = 1,
): Blocks<Params> {
  let isDisposed = false;
  const readOpen: ReadBlock<Params> = async (i, signal) => {
    signal?.throwIfAborted();
    if (isDisposed) throw new Error('these blocks were disposed; read the model again');
    return read(i, signal);
  };
  return {
    length,
    inOrder: (signal) => readInTurn(length, readOpen, ahead, signal),
    dispose: () => {
      isDisposed = true;
    },
  };
}

async function* readInTurn<Params>(
  length: number,
  read: ReadBlock<Params>,
  most: 0 | 1,
  signal?: AbortSignal,
): AsyncGenerator<Params> {
  let ahead: Promise<Params> | undefined;
  let fitTwo = most === 1;
  try {
    for (let i = 0; i < length; i++) {
      // A block that could not be read beside another one is read alone, as are those after it.
      const alone = (): Promise<Params> => {
        fitTwo = false;
        return read(i, signal);
      };
      const params: Params = await (ahead?.catch(alone) ?? read(i, signal));
      ahead = undefined;
      try {
        if (fitTwo && i + 1 < length) ahead = read(i + 1, signal);
        ahead?.catch(() => {}); // it is waited for below or in the next round
        await nextTurn(); // the forward blocks the thread: by now all reads of the next block have been issued
        signal?.throwIfAborted();
        yield params;
      } finally {
        disposeTree(params);
      }
    }
  } finally {
    await ahead?.then(disposeTree, () => {}); // of a run that ends early
  }
}
