/** Synthetic values as bf16, written into any memory: a kernel makes them, piece by piece, in a small one. */
import type { Kernels } from '../simd/kernels.js';
import { privateKernels } from '../simd/private-kernels.js';
import { synthetic } from '../simd/synthetic.js';

/** Values of a piece: 128 KB, which stay in the cache until they are copied. */
const PIECE = 2 ** 16;

export interface SyntheticSequence {
  readonly key: number;
  /** Values are uniform in [offset − scale, offset + scale); powers of two, as in `syntheticRange`. */
  readonly scale: number;
  readonly offset: number;
  /** Where in the sequence to begin; 0 when left out. */
  readonly first?: number;
}

/** Fills `bytes` with the sequence from its first value on. */
export type SyntheticFill = (
  bytes: Uint8Array<ArrayBufferLike>,
  sequence: SyntheticSequence,
) => Promise<void>;

/** A filler; its kernels start when it is first used. @throws (when used) EngineError without SIMD. */
export function syntheticFill(): SyntheticFill {
  let starting: Promise<{ kernels: Kernels; piece: number }> | undefined;
  return async (bytes, { key, scale, offset, first = 0 }) => {
    starting ??= start();
    const { kernels, piece } = await starting;
    const count = bytes.byteLength / 2;
    for (let done = 0; done < count; done += PIECE) {
      const size = Math.min(PIECE, count - done);
      const range = { lowest: offset - scale, step: scale * 2 ** -23 };
      synthetic(kernels, { to: piece, count: size, key, first: first + done, ...range });
      bytes.set(new Uint8Array(kernels.heap.memory.buffer, piece, 2 * size), 2 * done);
    }
  };
}

async function start(): Promise<{ kernels: Kernels; piece: number }> {
  const kernels = await privateKernels('baseline');
  return { kernels, piece: kernels.heap.allocate(2 * PIECE) };
}
