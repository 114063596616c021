/** Arrays on the heap of kernels under test, and values to fill them with. */
import type { Kernels } from '../../src/simd/kernels.js';
import { privateKernels } from '../../src/simd/private-kernels.js';

/** The builds of the kernels; every kernel is tested in both. */
export const builds = ['relaxed', 'baseline'] as const;

const made = { relaxed: privateKernels('relaxed'), baseline: privateKernels('baseline') };
export const kernelsOf = (build: (typeof builds)[number]): Promise<Kernels> => made[build];

/** `count` float32 of [low, high) that depend on the seed alone. */
export function randomFloats(count: number, seed: number, low = -2, high = 2): Float32Array {
  const values = new Float32Array(count);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = low + ((high - low) * state) / 2 ** 32;
  }
  return values;
}

type FourByteArray = Float32Array | Int32Array;

/**
 * Places arrays on the heap for the time of `use`, each 4 bytes past an aligned address as rows of a tensor
 * may be, with a guard behind it.
 *
 * @throws Error when `use` writes behind an array.
 */
export function withArrays<T>(
  kernels: Kernels,
  arrays: readonly FourByteArray[],
  use: (...addresses: number[]) => T,
): T {
  const blocks = arrays.map((array) => kernels.heap.allocate(4 + array.byteLength + GUARD.byteLength));
  const addresses = blocks.map((block) => block + 4);
  const bytes = (address: number, length: number) =>
    new Uint8Array(kernels.heap.memory.buffer, address, length);
  const guardOf = (i: number) => bytes((addresses[i] ?? 0) + (arrays[i]?.byteLength ?? 0), GUARD.byteLength);
  arrays.forEach((array, i) => {
    const from = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes(addresses[i] ?? 0, array.byteLength).set(from);
    guardOf(i).set(GUARD);
  });
  try {
    const result = use(...addresses);
    arrays.forEach((_, i) => {
      if (guardOf(i).some((byte, j) => byte !== GUARD[j]))
        throw new Error(`array ${i}: written behind its end`);
    });
    return result;
  } finally {
    for (const block of blocks) kernels.heap.free(block);
  }
}

const GUARD = Uint8Array.from({ length: 64 }, (_, i) => 0xa5 ^ i);

/** A copy of `count` float32 on the heap. */
export const floatsAt = (kernels: Kernels, address: number, count: number): Float32Array =>
  kernels.floats(address, count).slice();
