import { describe, expect, test } from 'vitest';

import { attentionBackward } from '../../src/simd/attention-backward.js';
import type { Kernels } from '../../src/simd/kernels.js';
import {
  type Arrays,
  attend,
  block,
  dense,
  denseInputs,
  headOf,
  joinHeads,
  maskOf,
  randomArrays,
  relativeError,
  type Shape,
  shapeOf,
} from './attention-cases.js';
import { gradientsInFloat64 } from './attention-in-float64.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const names = ['dq', 'dk', 'dv'] as const;
type Gradients<A> = Record<(typeof names)[number], A>;

/** What the kernels give; the gradients held NaN before. */
function backward(
  kernels: Kernels,
  shape: Shape,
  arrays: Arrays,
  dOut: Float32Array,
): Gradients<Float32Array> {
  const { q, k, v, mask } = arrays;
  const empty = [q, k, v].map((x) => new Float32Array(x.length).fill(Number.NaN));
  return withArrays(kernels, [q, k, v, dOut, ...empty, ...(mask ? [mask] : [])], (...at) => {
    const rowsAt = (i: number, rows: number) => dense(shape, at[i] ?? 0, rows);
    attentionBackward(kernels, {
      ...denseInputs(shape, at),
      ...(mask && { mask: at[7] ?? 0 }),
      dOut: rowsAt(3, shape.queries),
      dq: rowsAt(4, shape.queries),
      dk: rowsAt(5, shape.keys),
      dv: rowsAt(6, shape.keys),
    });
    const result = (i: number, like: Float32Array) => floatsAt(kernels, at[i] ?? 0, like.length);
    return { dq: result(4, q), dk: result(5, k), dv: result(6, v) };
  });
}

const norm = (x: Float32Array): number => Math.hypot(...x);

function expectedOf(shape: Shape, arrays: Arrays, dOut: Float32Array): Gradients<Float64Array> {
  const { heads, queries: rows, headDim: D } = shape;
  const all = (name: (typeof names)[number]) =>
    joinHeads(shape, (batch, head) => {
      const part = block(dOut, batch, { rows, width: heads * D, from: head * D, to: (head + 1) * D });
      return gradientsInFloat64(headOf(shape, arrays, batch, head), part)[name];
    });
  return { dq: all('dq'), dk: all('dk'), dv: all('dv') };
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  const check = (shape: Shape, arrays: Arrays) => {
    const dOut = randomFloats(arrays.q.length, 9);
    const got = backward(kernels, shape, arrays, dOut);
    const expected = expectedOf(shape, arrays, dOut);
    for (const name of names) {
      const isConstant = shape.keys === 1 && name !== 'dv'; // the weight is 1, whatever the score
      const error = isConstant ? norm(got[name]) : relativeError(got[name], expected[name]);
      expect(error, `${name} ${JSON.stringify(shape)}`).toBeLessThan(1e-5);
    }
    return got;
  };

  test.each(upTo(20))('%i queries and 1…20 keys of some dimensions up to 20', (queries) => {
    for (const keys of upTo(20)) {
      for (const headDim of upTo(20).filter((D) => (D + keys + queries) % 4 === 0)) {
        const shape = shapeOf(queries, keys, headDim);
        const { mask, ...arrays } = randomArrays(shape, queries * keys);
        check(shape, headDim % 3 === 0 ? { ...arrays, mask } : arrays);
      }
    }
  });

  test.each([
    ...[32, 33, 63, 64, 65, 129].map((n) => shapeOf(n, n, 48)),
    shapeOf(26, 26, 48, 3, 4),
    shapeOf(65, 17, 88, 2, 2),
    shapeOf(1, 257, 64, 1, 2),
    shapeOf(257, 257, 32),
    shapeOf(96, 130, 128),
  ])('$batches × $heads heads of $queries × $keys × $headDim', (shape) => {
    const { mask, ...arrays } = randomArrays(shape, shape.queries);
    check(shape, arrays);
    check(shape, { ...arrays, mask });
  });

  test('keys that no query may see get no gradient; a query that may see none sends it to all', () => {
    const shape = shapeOf(11, 9, 5, 2, 3);
    const rows = (x: Float32Array, from: number, to: number) => norm(x.subarray(from * 15, to * 15));
    const causal = maskOf(shape, (batch, t, j) => j <= t && j < 7 + batch);
    const { dk, dv } = check(shape, { ...randomArrays(shape), mask: causal });
    for (const x of [dk, dv]) {
      expect([rows(x, 7, 9), rows(x, 9 + 8, 9 + 9)]).toEqual([0, 0]);
      expect(rows(x, 9 + 7, 9 + 8)).toBeGreaterThan(0.1);
    }
    const blind = maskOf(shape, (batch, t, j) => t !== 4 && j <= t && j < 7 + batch);
    const fromBlind = check(shape, { ...randomArrays(shape), mask: blind });
    expect(rows(fromBlind.dk, 7, 9)).toBeGreaterThan(0.1);
  });

  test('gradients agree with finite differences of the forward', () => {
    const shape = shapeOf(5, 4, 3, 1, 2);
    const { mask, ...arrays } = randomArrays(shape);
    const dOut = randomFloats(arrays.q.length, 9);
    const got = backward(kernels, shape, { ...arrays, mask }, dOut);
    const loss = (changed: Partial<Arrays>): number =>
      attend(kernels, shape, { ...arrays, mask, ...changed }).reduce(
        (sum, y, i) => sum + y * (dOut[i] ?? 0),
        0,
      );
    for (const name of ['q', 'k', 'v'] as const) {
      const step = 2 ** -6;
      arrays[name].forEach((x, i) => {
        const moved = (by: number) => loss({ [name]: arrays[name].with(i, x + by) });
        const slope = (moved(step) - moved(-step)) / (2 * step);
        expect(got[`d${name}`][i], `d${name}[${i}]`).toBeCloseTo(slope, 3);
      });
    }
  });

  test.each([Number.NaN, Infinity, -Infinity])('%d goes as far as the formulas take it', (bad) => {
    const shape = shapeOf(12, 10, 6, 1, 2);
    const { mask: _, ...arrays } = randomArrays(shape);
    for (const name of ['q', 'k', 'v', 'dOut'] as const) {
      const all = { ...arrays, dOut: randomFloats(arrays.q.length, 9) };
      const spoilt = { ...all, [name]: all[name].with(3 * 12 + 1, bad) }; // row 3, first head
      const expected = expectedOf(shape, spoilt, spoilt.dOut);
      const got = backward(kernels, shape, spoilt, spoilt.dOut);
      for (const gradient of names) {
        const isNumber = (x: Float32Array | Float64Array) => Array.from(x, Number.isFinite);
        expect(isNumber(got[gradient]), `${gradient} of ${name}`).toEqual(isNumber(expected[gradient]));
      }
    }
  });

  test('inside joint tensors gradients go where the strides say and nowhere else', () => {
    const shape = shapeOf(21, 21, 7, 3, 2);
    const { mask: _, ...arrays } = randomArrays(shape);
    const [C, rows] = [14, 3 * 21];
    const width = 3 * C + 5;
    const dOut = randomFloats(rows * C, 9);
    const joint = new Float32Array(rows * width).fill(99);
    [arrays.q, arrays.k, arrays.v].forEach((x, i) => {
      for (let r = 0; r < rows; r++) joint.set(x.subarray(r * C, (r + 1) * C), r * width + i * C);
    });
    const gradients = new Float32Array(rows * width).fill(99);
    const got = withArrays(kernels, [joint, dOut, gradients], (from = 0, dOutAt = 0, to = 0) => {
      const part = (address: number, i: number) => ({
        address: address + 4 * i * C,
        rowStride: 4 * width,
        batchStride: 4 * width * 21,
      });
      const [q, k, v] = [part(from, 0), part(from, 1), part(from, 2)];
      const [dq, dk, dv] = [part(to, 0), part(to, 1), part(to, 2)];
      attentionBackward(kernels, { ...shape, q, k, v, dOut: dense(shape, dOutAt, 21), dq, dk, dv });
      return floatsAt(kernels, to, gradients.length);
    });
    const alone = backward(kernels, shape, arrays, dOut);
    names.forEach((name, i) => {
      const part = got.filter((_, at) => Math.floor((at % width) / C) === i);
      expect(part, name).toEqual(alone[name]);
    });
    expect(got.filter((_, at) => at % width >= 3 * C).every((x) => x === 99)).toBe(true);
  });

  test('empty sums are 0; without heads, channels or batches nothing happens', () => {
    const nothing = new Float32Array(0);
    const some = randomFloats(24, 1);
    const zeros = new Float32Array(24);
    const noQueries = { q: nothing, k: some, v: some };
    expect(backward(kernels, shapeOf(0, 3, 4, 2, 1), noQueries, nothing)).toEqual({
      dq: nothing,
      dk: zeros,
      dv: zeros,
    });
    const noKeys = { q: some, k: nothing, v: nothing };
    expect(backward(kernels, shapeOf(3, 0, 4, 2, 1), noKeys, some)).toEqual({
      dq: zeros,
      dk: nothing,
      dv: nothing,
    });
    for (const shape of [shapeOf(3, 3, 0), shapeOf(3, 3, 4, 0), shapeOf(3, 3, 4, 1, 0)]) {
      const { dq } = backward(kernels, shape, randomArrays(shape), nothing);
      expect(dq).toHaveLength(0);
    }
  });
});
