/** What the machine can do at most, measured with the same kernels, threads and memory as everything else. */
import { EngineError } from './engine-error.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** As in `assembly/limits.ts`. */
const STEPS = 1024;
const ACCUMULATORS = 12;
const LANES = 4;
const BYTES_PER_STEP = 16;
const STREAMS = 4;

export interface PeakOptions {
  /** Shares of the work, for the threads to take. */
  readonly units: number;
  /** Each of 1,024 · 12 · 4 multiply-adds, a microsecond or two. */
  readonly rounds: number;
}

/** The floating-point operations of `peakMultiplyAdds`: two a multiply-add and lane. */
export function peakFlops({ units, rounds }: PeakOptions): number {
  return 2 * LANES * ACCUMULATORS * STEPS * rounds * units;
}

/**
 * Multiply-adds of 128-bit lanes, as many as a core can do, on nothing but registers and the first-level cache.
 *
 * @throws EngineError when a unit did not do all of its work.
 */
export function peakMultiplyAdds(kernels: Kernels, { units, rounds }: PeakOptions): void {
  const sums = kernels.heap.allocate(4 * units);
  try {
    const scratchBytes = STEPS * BYTES_PER_STEP;
    kernels.run({ op: ops.peak, units, fields: [rounds, sums], scratchBytes });
    const expected = rounds * STEPS * ACCUMULATORS;
    const wrong = kernels.floats(sums, units).find((sum) => sum !== Math.fround(expected));
    if (wrong !== undefined)
      throw new EngineError(`expected a sum of ${expected} multiply-adds, got ${wrong}`);
  } finally {
    kernels.heap.free(sums);
  }
}

export interface StreamOptions {
  /** Where to read, 16-byte aligned. */
  readonly address: number;
  /** How much: a multiple of 64·units. */
  readonly bytes: number;
  readonly units: number;
}

/**
 * Reads memory, each unit in four streams that lie far apart.
 *
 * @returns Σ mod 2³² of all 32-bit words: the proof that they were read.
 * @throws RangeError when the bytes cannot be divided among the streams.
 */
export function readStream(kernels: Kernels, { address, bytes, units }: StreamOptions): number {
  const share = BYTES_PER_STEP * STREAMS * units;
  if (bytes % share !== 0) throw new RangeError(`expected a multiple of ${share} bytes, got ${bytes}`);
  const sums = kernels.heap.allocate(BYTES_PER_STEP * units);
  try {
    kernels.run({ op: ops.stream, units, fields: [address, bytes / units, sums] });
    const words = new Uint32Array(kernels.heap.memory.buffer, sums, LANES * units);
    return words.reduce((sum, word) => (sum + word) >>> 0, 0);
  } finally {
    kernels.heap.free(sums);
  }
}
