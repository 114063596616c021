/** Inputs of attention, its results from the kernels, and the same head by head from the formulas. */
import { type AttentionInputs, attention } from '../../src/simd/attention.js';
import type { Kernels } from '../../src/simd/kernels.js';
import { attentionInFloat64, type Head, type Matrix } from './attention-in-float64.js';
import { floatsAt, randomFloats, withArrays } from './heap-arrays.js';

export interface Shape {
  readonly batches: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly headDim: number;
}

/** [B, T, C], [B, K, C], [B, K, C], and [B, T, K] or nothing. */
export interface Arrays {
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly mask?: Float32Array;
}

export function randomArrays(shape: Shape, seed = 1): Arrays & { mask: Float32Array } {
  const { batches, queries, keys } = shape;
  const C = shape.heads * shape.headDim;
  return {
    q: randomFloats(batches * queries * C, seed),
    k: randomFloats(batches * keys * C, seed + 1),
    v: randomFloats(batches * keys * C, seed + 2),
    mask: randomFloats(batches * queries * keys, seed + 3),
  };
}

/** A tensor [batches, rows, C] without gaps. */
export const dense = ({ heads, headDim }: Shape, address: number, rows: number) => ({
  address,
  rowStride: 4 * heads * headDim,
  batchStride: 4 * heads * headDim * rows,
});

/** What the kernels give; `out` held NaN before. */
export function attend(kernels: Kernels, shape: Shape, { q, k, v, mask }: Arrays): Float32Array {
  const empty = new Float32Array(q.length).fill(Number.NaN);
  return withArrays(kernels, [q, k, v, empty, ...(mask ? [mask] : [])], (...at) => {
    const out = dense(shape, at[3] ?? 0, shape.queries);
    attention(kernels, { ...denseInputs(shape, at), ...(mask && { mask: at[4] ?? 0 }), out });
    return floatsAt(kernels, out.address, q.length);
  });
}

/** q, k and v at the first three addresses. */
export function denseInputs(shape: Shape, [q = 0, k = 0, v = 0]: readonly number[]): AttentionInputs {
  const { queries, keys } = shape;
  return { ...shape, q: dense(shape, q, queries), k: dense(shape, k, keys), v: dense(shape, v, keys) };
}

/** What attention is by its formula, [B, T, C]. */
export function expectedOf(shape: Shape, arrays: Arrays): Float64Array {
  return joinHeads(shape, (batch, head) => attentionInFloat64(headOf(shape, arrays, batch, head)));
}

export function headOf(shape: Shape, { q, k, v, mask }: Arrays, batch: number, head: number): Head {
  const { heads, queries, keys, headDim } = shape;
  const columns = { width: heads * headDim, from: head * headDim, to: (head + 1) * headDim };
  const ofKeys = { ...columns, rows: keys };
  return {
    q: block(q, batch, { ...columns, rows: queries }),
    k: block(k, batch, ofKeys),
    v: block(v, batch, ofKeys),
    ...(mask && { mask: block(mask, batch, { width: keys, from: 0, to: keys, rows: queries }) }),
  };
}

/** Columns from…to of one member of [batches, rows, width]. */
export function block(
  x: Float32Array,
  batch: number,
  { rows, width, from, to }: { rows: number; width: number; from: number; to: number },
): Matrix {
  return Array.from({ length: rows }, (_, r) => {
    const start = (batch * rows + r) * width;
    return new Float64Array(x.subarray(start + from, start + to));
  });
}

/** [T, D] of every head of every member becomes [B, T, C]. */
export function joinHeads(
  { batches, heads }: Shape,
  of: (batch: number, head: number) => Matrix,
): Float64Array {
  const numbers: number[] = [];
  for (let b = 0; b < batches; b++) {
    const members = Array.from({ length: heads }, (_, h) => of(b, h));
    members[0]?.forEach((_, row) => {
      for (const member of members) for (const x of member[row] ?? []) numbers.push(x);
    });
  }
  return new Float64Array(numbers);
}

/** An additive mask [B, T, K]: `hidden` where a query may not look. */
export function maskOf(
  { batches, queries, keys }: Shape,
  isVisible: (batch: number, query: number, key: number) => boolean,
  hidden = -3.4e38,
): Float32Array {
  return Float32Array.from({ length: batches * queries * keys }, (_, i) => {
    const row = Math.floor(i / keys);
    return isVisible(Math.floor(row / queries), row % queries, i % keys) ? 0 : hidden;
  });
}

export const shapeOf = (queries: number, keys: number, headDim: number, batches = 1, heads = 1): Shape => ({
  batches,
  heads,
  queries,
  keys,
  headDim,
});

/** ‖got − expected‖ / ‖expected‖; NaN when one is NaN. */
export function relativeError(got: Float32Array, expected: Float64Array): number {
  let [error, norm] = [0, 0];
  expected.forEach((x, i) => {
    error += ((got[i] ?? Number.NaN) - x) ** 2;
    norm += x ** 2;
  });
  return Math.sqrt(error / norm);
}
