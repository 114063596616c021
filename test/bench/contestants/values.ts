/** Numbers that all contestants agree on: from a hash of their name, exact in bf16. */
import { syntheticKey, syntheticValues } from '../../../src/checkpoint/synthetic-weights.js';

/** `count` values of [−scale, scale), always the same for a name. `scale` is a power of two. */
export function valuesOf(name: string, count: number, scale = 1): Float32Array<ArrayBuffer> {
  return syntheticValues(syntheticKey(name, 1), scale, 0, { start: 0, count });
}

/** Values that are exact in bf16 as bf16: the upper halves of their float32. */
export function toBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, (pattern) => pattern >>> 16);
}
