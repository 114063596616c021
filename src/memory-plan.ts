/** Where the weights of InternVL-C go: into tensors or lent, all at once or two blocks at a time. */
import { memoryNeeds } from './checkpoint/memory-need.js';
import { elementCount, type TensorSource } from './checkpoint/tensor-source.js';
import { CONTRASTIVE_NAMES } from './leftovers.js';
import type { WeightLender } from './nn/weight.js';
import type { Memory } from './pretrained-options.js';

/** An engine, as loading sees it. */
export interface Lender extends WeightLender {
  /** Most bytes that it can hold; the memory of the machine is the limit when left out. */
  readonly memoryLimit?: number;
}

export interface MemoryPlan {
  readonly parameters: number;
  /** Whether matrices are lent as they are stored; if not, every weight is a float32 tensor. */
  readonly lends: boolean;
  readonly memory: Memory;
  /** Bytes that the weights take at most. */
  readonly bytes: number;
}

/**
 * Weights up to this size stay in memory, counted as they are kept there: beside them there are activations, and
 * of a tensor's matrix tfjs packs a second copy. Its heap ends at 4 GB.
 */
export const RESIDENT_BYTES = 1.5e9;

/** Matrices of a smaller model (as float32) are tensors: those need not be carried to an engine and back. */
const LENT_BYTES = 64e6;

/**
 * How to keep the weights of a checkpoint, from its headers alone.
 *
 * @param lender the engine, if there is one.
 * @param asked where the weights are to be; if left out, in memory if they fit.
 * @throws RangeError when the engine cannot hold what it would have to: the message says what is needed.
 */
export function memoryPlan(checkpoint: TensorSource, lender: Lender | undefined, asked?: Memory): MemoryPlan {
  const used = [...checkpoint.infos.values()].filter(({ name }) => CONTRASTIVE_NAMES.test(name));
  const { resident, streamed, block } = memoryNeeds(used);
  const lends = lender !== undefined && resident.weights >= LENT_BYTES;
  const limit = (lends ? lender.memoryLimit : undefined) ?? Number.POSITIVE_INFINITY;
  const bytesOf = ({ weights, lent, beside }: typeof block) => (lends ? lent + beside : weights);
  const fits = bytesOf(resident) <= RESIDENT_BYTES && resident.lent <= limit;
  const memory = asked ?? (fits ? 'resident' : 'stream');
  const lent = memory === 'resident' ? resident.lent : block.lent;
  if (lent > limit) {
    throw new RangeError(
      `${checkpoint.description}: expected room for ${memory === 'resident' ? 'all weights' : 'one block'} ` +
        `(${lent} bytes) in the engine, got a memoryLimit of ${limit}: ` +
        (memory === 'resident' && block.lent <= limit ? 'raise it, or use memory: stream' : 'raise it'),
    );
  }
  const parameters = used.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return { parameters, lends, memory, bytes: bytesOf(memory === 'resident' ? resident : streamed) };
}
