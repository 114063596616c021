/**
 * Where the weights go (into tensors or lent; all at once, two blocks at a time, or one), and how much room that leaves
 * for activations: the fastest way that keeps within a budget for the whole process.
 */
import { mostActivationBytes } from './batch-size.js';
import { megabytes } from './byte-size.js';
import type { TensorSource } from './checkpoint/tensor-source.js';
import type { InternVLConfig } from './contrastive/config.js';
import { type Choice, type Lender, memoryChoices, programBytes } from './memory-choices.js';
import type { Residency } from './nn/blocks.js';
import type { Memory } from './pretrained-options.js';

export interface MemoryPlan {
  readonly parameters: number;
  /** Whether matrices are lent as they are stored; if not, every weight is a float32 tensor. */
  readonly lends: boolean;
  /** Whether all weights are in memory, or read when they are used. */
  readonly memory: Memory;
  readonly residency: Residency;
  /** Bytes that the weights take at most. */
  readonly bytes: number;
  /** Bytes that activations may take: `picturesAtOnce` and its neighbours turn them into batches. */
  readonly activationBytes: number;
  /** Bytes that the budget leaves beside program and weights; infinite without one. */
  readonly roomBytes: number;
  /** Bytes that the process takes at most. */
  readonly processBytes: number;
}

/** Without a budget, weights up to this size stay in memory, counted as they are kept there. */
export const RESIDENT_BYTES = 1.5e9;

/**
 * How to keep the weights of a checkpoint, from its headers alone.
 *
 * @param lender the engine, if there is one.
 * @param asked where the weights are to be, or bytes that the process may take; if left out, in memory if they fit.
 * @throws RangeError when the budget or the engine is too small for every way that is allowed: the message says what is
 *   needed at least.
 */
export function memoryPlan(
  checkpoint: TensorSource,
  config: InternVLConfig,
  lender: Lender | undefined,
  asked?: Memory | number,
): MemoryPlan {
  const { choices, parameters, lends, activations } = memoryChoices(checkpoint, config, lender);
  const budget = typeof asked === 'number' ? asked : Number.POSITIVE_INFINITY;
  const limit = (lends ? lender?.memoryLimit : undefined) ?? Number.POSITIVE_INFINITY;
  const allowed = choices.filter((choice) => isAllowed(choice, asked));
  const fits = ({ leastBytes, leastInEngine }: Choice): boolean =>
    leastBytes <= budget && leastInEngine <= limit;
  const chosen = allowed.find(fits);
  if (chosen === undefined) throw refusal(checkpoint.description, choices, { budget, limit, asked });
  const { residency, bytes, lent, copy } = chosen;
  const program = programBytes(lender);
  const most = Math.max(activations, mostActivationBytes(config));
  const roomBytes = budget - program - bytes;
  const activationBytes = Math.min(most, roomBytes, 2 * (limit - lent));
  return {
    ...{ parameters, lends, residency, bytes, activationBytes, roomBytes },
    memory: residency === 'resident' ? 'resident' : 'stream',
    processBytes: program + bytes + Math.max(activationBytes, activations, copy),
  };
}

function isAllowed({ residency, bytes }: Choice, asked: Memory | number | undefined): boolean {
  if (residency !== 'resident') return asked !== 'resident';
  return asked === undefined ? bytes <= RESIDENT_BYTES : asked !== 'stream';
}

interface Refused {
  readonly budget: number;
  readonly limit: number;
  readonly asked: Memory | number | undefined;
}

/** What was asked for, and what would do: all weights, or one block, which needs least. */
function refusal(
  where: string,
  [resident, , oneByOne]: readonly [Choice, Choice, Choice],
  { budget, limit, asked }: Refused,
): RangeError {
  const least = asked === 'resident' ? resident : oneByOne;
  const what = asked === 'resident' ? 'all weights' : 'one block at a time';
  const wouldStream = asked === 'resident' && oneByOne.leastInEngine <= limit;
  const remedy = wouldStream ? 'raise it, or use memory: stream' : 'raise it';
  if (least.leastInEngine > limit) {
    return new RangeError(
      `${where}: expected an engine with a memoryLimit of ${megabytes(least.leastInEngine)} or more for ${what} ` +
        `and its activations, got ${megabytes(limit)}: ${remedy}`,
    );
  }
  return new RangeError(
    `${where}: expected a memory budget of ${megabytes(least.leastBytes)} or more for ${what}, of which the weights ` +
      `take ${megabytes(least.bytes)}, got ${megabytes(budget)}: ${remedy}`,
  );
}
