/** Puts values where kernels read them. */
import type { Kernels } from '../../../src/simd/kernels.js';

/** A copy of `values` on the kernels' heap. */
export function placed(kernels: Kernels, values: Float32Array | Uint16Array): number {
  const address = kernels.heap.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(kernels.heap.memory.buffer, address, values.byteLength).set(bytes);
  return address;
}
