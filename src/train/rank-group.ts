/**
 * Threads that train one model together, as the paper's GPUs do: each rank embeds its share of the batch, all
 * ranks see all embeddings (so that every pair is a negative of every other), and their gradients are added.
 *
 * Everything they exchange lies in shared memory; a barrier separates writing from reading.
 */
import type { TrainingConfig } from './config.js';

export interface SharedBuffers {
  readonly ranks: number;
  readonly control: Int32Array; //                 [arrived, generation, failed, stopped]
  readonly gathered: readonly Float32Array[]; //   [B, E] each: what the ranks show each other in a step
  readonly memory: readonly Float32Array[]; //     what stays from step to step
  readonly gradients: Float32Array; //             [ranks, parameters]
  readonly parameters: Float32Array; //            [parameters]
}

/** What a stage needs besides parameters: how many sets of embeddings, and arrays of so many numbers. */
export interface Exchange {
  readonly gathered: number;
  readonly memory: readonly number[];
}

/** `length` float32 of 0 in memory that threads share. */
export type AllocateShared = (length: number) => Float32Array;

export interface RankGroup {
  readonly rank: number;
  readonly ranks: number;
  readonly parameters: Float32Array;
  /** Where rank r puts its gradient. */
  gradientOf(rank: number): Float32Array;
  /** Waits until every rank has come here. @throws Error when a rank has failed or does not come. */
  barrier(): void;
  readonly memory: readonly Float32Array[];
  /** A set that was gathered in this step: [B, E]. */
  gathered(set: number): Float32Array;
  /** Every rank's rows, in the order of the ranks: [B/ranks, E] → [B, E]. */
  gather(set: number, local: ArrayLike<number>): Float32Array<ArrayBuffer>;
  /** Tells the others that this rank will not come any more. */
  fail(): void;
  /** Rank 0, before the barrier that begins a step: there is no further step. */
  stop(): void;
  stopped(): boolean;
}

export function sharedBuffers(
  { ranks, batchSize, model }: Pick<TrainingConfig, 'ranks' | 'batchSize' | 'model'>,
  parameters: number,
  exchange: Exchange,
  floats: AllocateShared = (length) => new Float32Array(new SharedArrayBuffer(4 * length)),
): SharedBuffers {
  if (!Number.isInteger(ranks) || ranks < 1 || batchSize % ranks !== 0) {
    throw new RangeError(`expected a number of ranks that divides the batch of ${batchSize}, got ${ranks}`);
  }
  const embeddings = batchSize * model.clipEmbedDim;
  return {
    ranks,
    control: new Int32Array(new SharedArrayBuffer(16)),
    gathered: Array.from({ length: exchange.gathered }, () => floats(embeddings)),
    memory: exchange.memory.map(floats),
    gradients: floats(ranks * parameters),
    parameters: floats(parameters),
  };
}

export function joinGroup(buffers: SharedBuffers, rank: number, timeoutMs = 300_000): RankGroup {
  const { ranks, control, gradients } = buffers;
  const size = gradients.length / ranks;
  const barrier = () => meet(control, ranks, timeoutMs);
  return {
    rank,
    ranks,
    parameters: buffers.parameters,
    gradientOf: (r) => gradients.subarray(r * size, (r + 1) * size),
    barrier,
    memory: buffers.memory,
    gathered: (set) => setOf(buffers, set),
    gather(set, local) {
      const all = setOf(buffers, set);
      all.set(local, rank * (all.length / ranks));
      barrier();
      return new Float32Array(all); // a copy: the next step overwrites
    },
    fail() {
      Atomics.store(control, FAILED, 1);
      Atomics.notify(control, GENERATION);
    },
    stop() {
      Atomics.store(control, STOPPED, 1);
    },
    stopped: () => Atomics.load(control, STOPPED) !== 0,
  };
}

function setOf({ gathered }: SharedBuffers, set: number): Float32Array {
  const all = gathered[set];
  if (!all) throw new RangeError(`expected one of ${gathered.length} sets of embeddings, got ${set}`);
  return all;
}

const ARRIVED = 0;
const GENERATION = 1;
const FAILED = 2;
const STOPPED = 3;

function meet(control: Int32Array, ranks: number, timeoutMs: number): void {
  const generation = Atomics.load(control, GENERATION);
  if (Atomics.add(control, ARRIVED, 1) + 1 === ranks) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
  } else if (Atomics.load(control, FAILED) === 0) {
    const outcome = Atomics.wait(control, GENERATION, generation, timeoutMs);
    if (outcome === 'timed-out')
      throw new Error(`a training rank did not answer within ${timeoutMs / 1000} s`);
  }
  if (Atomics.load(control, FAILED) !== 0) throw new Error('a training rank has failed');
}
