/**
 * Weights made by a rule instead of read: a hash of name, seed and index gives each value, so that a model of
 * any size exists without a file. They are exact in bf16 and keep activations moderate at full depth.
 *
 * Rule: `FORMAT.md` §6 of the parity fixtures.
 */

import { GOLDEN } from '../simd/synthetic.js';
import type { FloatSource } from './float-source.js';
import { syntheticFill } from './synthetic-fill.js';
import { elementCount } from './tensor-source.js';

/** A source that has every tensor anyone asks for. Its shapes are unknown until they are asked for. */
export function syntheticWeights(seed: number): FloatSource {
  const fill = syntheticFill();
  return {
    shapeOf: () => undefined,
    stored: (name, shape, rows) => ({
      kind: 'BF16', // exact: that is what the rule rounds to
      async fill(bytes, signal) {
        signal?.throwIfAborted();
        const first = (rows?.start ?? 0) * elementCount(shape.slice(1));
        const key = (syntheticKey(name, seed) + Math.imul(first, GOLDEN)) >>> 0; // where the rows begin
        await fill(bytes, { key, ...syntheticRange(name, shape) });
      },
    }),
    async read(name, shape, rows) {
      const { scale, offset } = syntheticRange(name, shape);
      const rowLength = elementCount(shape.slice(1));
      const start = rows ? rows.start * rowLength : 0;
      const count = rows ? rows.count * rowLength : elementCount(shape);
      return syntheticValues(syntheticKey(name, seed), scale, offset, { start, count });
    },
  };
}

/** @throws RangeError for a seed that is no unsigned 32-bit number: larger ones would be others. */
export function checkSeed(seed: number, where = 'seed'): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  throw new RangeError(`${where}: expected a whole number from 0 to ${2 ** 32 - 1}, got ${seed}`);
}

/** Scale and offset of the values of tensor `name`: uniform in [offset − scale, offset + scale). */
export function syntheticRange(name: string, shape: readonly number[]): { scale: number; offset: number } {
  const isVector = shape.length === 1;
  if (name === 'logit_scale') return { scale: 0, offset: 2.65625 };
  if (/\.ls[12]$/.test(name)) return { scale: 2 ** -4, offset: 2 ** -3 };
  if (isVector && name.endsWith('.weight')) return { scale: 2 ** -4, offset: 1 };
  if (isVector) return { scale: 2 ** -6, offset: 0 };
  if (/(class_embedding|position_embedding|embed_tokens\.weight)$/.test(name))
    return { scale: 0.5, offset: 0 };
  if (name === 'query_tokens') return { scale: 1, offset: 0 };
  return { scale: 2 ** -5, offset: 0 };
}

/** FNV-1a-32(name) XOR seed · 0x9E3779B1 (mod 2³²): where the sequence of tensor `name` begins. */
export function syntheticKey(name: string, seed: number): number {
  return (fnv1a32(name) ^ Math.imul(seed, GOLDEN)) >>> 0;
}

/** FNV-1a-32 of the UTF-8 bytes of `text`. */
export function fnv1a32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/**
 * Values `start` to `start + count` of the sequence: bf16(offset + scale · u), u ∈ [−1, 1) from a hash of the
 * index. `scale` and `offset` must be such that offset + scale · u is exact before it is rounded (powers of
 * two are).
 */
export function syntheticValues(
  key: number,
  scale: number,
  offset: number,
  { start, count }: { readonly start: number; readonly count: number },
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  const bits = new Uint32Array(values.buffer);
  const step = scale * 2 ** -23; // offset + scale · (k · 2⁻²³ − 1) = (offset − scale) + k · step
  const lowest = offset - scale;
  let state = (key + Math.imul(start, GOLDEN)) | 0;
  for (let i = 0; i < count; i++) {
    let x = state ^ (state >>> 16);
    x = Math.imul(x, 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    values[i] = lowest + ((x ^ (x >>> 16)) >>> 8) * step;
    const pattern = bits[i] as number;
    bits[i] = (pattern + 0x7fff + ((pattern >>> 16) & 1)) & 0xffff0000; // to bf16: nearest, ties to even
    state = (state + GOLDEN) | 0;
  }
  return values;
}
