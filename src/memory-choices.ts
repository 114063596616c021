/** The ways to keep the weights of a model, and what each takes: from the headers of its checkpoint alone. */
import { leastActivationBytes, leastBytesInEngine } from './batch-size.js';
import { type MemoryNeed, memoryNeeds } from './checkpoint/memory-need.js';
import type { TensorSource } from './checkpoint/tensor-source.js';
import type { InternVLConfig } from './contrastive/config.js';
import { CONTRASTIVE_NAMES, GENERATIVE_NAMES } from './leftovers.js';
import type { Residency } from './nn/blocks.js';
import type { WeightLender } from './nn/weight.js';

/** An engine, as loading sees it. */
export interface Lender extends WeightLender {
  /** Most bytes that it can hold; the memory of the machine is the limit when left out. */
  readonly memoryLimit?: number;
  /** With the main one. */
  readonly threads?: number;
}

/** A way to keep the weights. */
export interface Choice {
  readonly residency: Residency;
  /** Bytes of the weights at most. */
  readonly bytes: number;
  /** Those of them that an engine keeps. */
  readonly lent: number;
  /** Bytes that the largest tensor takes once more while it is read. */
  readonly copy: number;
  /** Bytes that the whole process needs at least: program, weights, and a copy or the least activations. */
  readonly leastBytes: number;
  /** Bytes that an engine must be able to hold at least. */
  readonly leastInEngine: number;
}

export interface Choices {
  /** The fastest first: all weights, two blocks at a time, one. */
  readonly choices: readonly [resident: Choice, stream: Choice, oneByOne: Choice];
  readonly parameters: number;
  /** Whether matrices are lent as they are stored; if not, every weight is a float32 tensor. */
  readonly lends: boolean;
  /** Bytes that activations take at least. */
  readonly activations: number;
}

/** Matrices of a smaller model (as float32) are tensors: those need not be carried to an engine and back. */
const LENT_BYTES = 64e6;

/**
 * What the program takes beside weights and activations: Node, its modules, both WebAssembly memories when empty, a
 * vocabulary of 49,954 pieces. Measured: `VmHWM` of a process that has loaded InternVL-14B streamed, less its weights.
 */
const PROGRAM_BYTES = 150e6;
/** A thread of the engine; measured between 2 and 16 of them. */
const THREAD_BYTES = 8e6;

/** The choices for every part that the checkpoint has: towers, queries and cross-attention, pools and heads. */
export function memoryChoices({ infos }: TensorSource, config: InternVLConfig, lender?: Lender): Choices {
  const used = [...infos.values()].filter(
    ({ name }) => CONTRASTIVE_NAMES.test(name) || GENERATIVE_NAMES.test(name),
  );
  const { resident, streamed, oneByOne } = memoryNeeds(used);
  const lends = lender !== undefined && resident.weights >= LENT_BYTES;
  const activations = leastActivationBytes(config, infos.has('qllama.lm_head.weight'));
  const asTensors = ({ weights, beside }: MemoryNeed): number => (lends ? beside : weights);
  const choice = (residency: Residency, need: MemoryNeed, copy = 0): Choice => {
    const lent = lends ? need.lent : 0;
    const bytes = lent + asTensors(need);
    const leastBytes = programBytes(lender) + bytes + Math.max(activations, copy);
    const leastInEngine = lends ? lent + leastBytesInEngine(config) : 0;
    return { residency, bytes, lent, copy, leastBytes, leastInEngine };
  };
  const largest = used
    .map((info) => asTensors(memoryNeeds([info]).resident))
    .reduce((a, b) => Math.max(a, b), 0);
  return {
    choices: [
      choice('resident', resident, largest),
      choice('stream', streamed),
      choice('one-by-one', oneByOne),
    ],
    parameters: resident.weights / 4,
    lends,
    activations,
  };
}

/** Bytes of the program alone. */
export function programBytes(lender: Lender | undefined): number {
  return PROGRAM_BYTES + THREAD_BYTES * ((lender?.threads ?? 1) - 1);
}
