import { describe, expect, test } from 'vitest';

import { attention } from '../../src/simd/attention.js';
import { attend, expectedOf, maskOf, randomArrays, relativeError, shapeOf } from './attention-cases.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);

  test.each(upTo(20))('%i queries and 1…20 keys of every dimension up to 20', (queries) => {
    for (const keys of upTo(20)) {
      for (const headDim of upTo(20)) {
        const shape = shapeOf(queries, keys, headDim);
        const { mask, ...arrays } = randomArrays(shape, queries * keys);
        const masked = (keys + headDim) % 2 === 0 ? { ...arrays, mask } : arrays;
        const error = relativeError(attend(kernels, shape, masked), expectedOf(shape, masked));
        expect(error, JSON.stringify(shape)).toBeLessThan(2e-6);
      }
    }
  });

  test.each([
    ...[31, 32, 33, 64, 65, 66].flatMap((n) => [shapeOf(n, n, 48, 2, 2), shapeOf(n, n + 1, 64)]),
    shapeOf(1, 257, 64, 2, 3),
    shapeOf(257, 257, 128),
    shapeOf(257, 96, 88, 1, 2),
    shapeOf(70, 1025, 17),
    shapeOf(1, 2000, 128),
    shapeOf(5, 1025, 52, 2, 2),
    shapeOf(8, 300, 20, 3, 2),
    shapeOf(17, 17, 16, 40, 4),
  ])('$batches × $heads heads of $queries × $keys × $headDim', (shape) => {
    const { mask, ...arrays } = randomArrays(shape, shape.queries + shape.keys);
    expect(relativeError(attend(kernels, shape, arrays), expectedOf(shape, arrays))).toBeLessThan(2e-6);
    const masked = { ...arrays, mask };
    expect(relativeError(attend(kernels, shape, masked), expectedOf(shape, masked))).toBeLessThan(2e-6);
  });

  test('under a causal mask a query does not feel what comes later', () => {
    const shape = shapeOf(21, 21, 12, 2, 3);
    const arrays = { ...randomArrays(shape), mask: maskOf(shape, (_, t, j) => j <= t) };
    const before = attend(kernels, shape, arrays);
    expect(relativeError(before, expectedOf(shape, arrays))).toBeLessThan(2e-6);
    const C = 36;
    const changed = (x: Float32Array) =>
      x.map((value, i) => (Math.floor(i / C) % 21 > 12 ? -3 * value : value));
    const after = attend(kernels, shape, { ...arrays, k: changed(arrays.k), v: changed(arrays.v) });
    const rows = (x: Float32Array, from: number, to: number) => x.subarray(from * C, to * C);
    expect(rows(after, 0, 13)).toEqual(rows(before, 0, 13));
    expect(rows(after, 13, 21)).not.toEqual(rows(before, 13, 21));
  });

  test('padded keys have no weight; a query that may look nowhere sees the mean', () => {
    const shape = shapeOf(10, 7, 5, 3, 2);
    const mask = maskOf(shape, (b, t, j) => t !== 4 && j < 7 - 2 * b);
    const arrays = { ...randomArrays(shape), mask };
    const got = attend(kernels, shape, arrays);
    expect(relativeError(got, expectedOf(shape, arrays))).toBeLessThan(2e-6);
    const mean = upTo(7).reduce((sum, j) => sum + (arrays.v[(j - 1) * 10] ?? 0), 0) / 7;
    expect(got[4 * 10]).toBeCloseTo(mean, 6);
  });

  test('−∞ forbids as well, and all along a row gives NaN there only', () => {
    const shape = shapeOf(9, 6, 4);
    const mask = maskOf(shape, (_, t, j) => t !== 2 && j !== 3, -Infinity);
    const got = attend(kernels, shape, { ...randomArrays(shape), mask });
    const expected = expectedOf(shape, { ...randomArrays(shape), mask });
    expect(got.subarray(8, 12).every(Number.isNaN)).toBe(true);
    const others = <A extends Float32Array | Float64Array>(x: A) => x.filter((_, i) => i < 8 || i >= 12) as A;
    expect(relativeError(others(got), others(expected))).toBeLessThan(2e-6);
  });

  test('scores of ±10⁴ neither overflow nor lose the largest', () => {
    const shape = shapeOf(11, 13, 16);
    const whole = (count: number, seed: number) => randomFloats(count, seed, -50, 50).map(Math.round);
    const arrays = { q: whole(11 * 16, 1), k: whole(13 * 16, 2), v: randomFloats(13 * 16, 3) };
    const expected = expectedOf(shape, arrays); // q, k and 1/√16 are such that the scores are exact
    expect(relativeError(attend(kernels, shape, arrays), expected)).toBeLessThan(1e-6);
  });

  test.each([Number.NaN, Infinity, -Infinity])('%d goes as far as the formula takes it', (bad) => {
    const shape = shapeOf(12, 10, 6, 1, 2);
    const { mask: _, ...arrays } = randomArrays(shape);
    for (const name of ['q', 'k', 'v'] as const) {
      const x = arrays[name].slice();
      x[3 * 12 + 1] = bad; // row 3, first head
      const spoilt = { ...arrays, [name]: x };
      const expected = expectedOf(shape, spoilt);
      const got = attend(kernels, shape, spoilt);
      expect(expected.every(Number.isFinite)).toBe(false);
      got.forEach((value, i) => {
        if (Number.isFinite(value)) expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 5);
        else expect(value, `${name}, ${i}`).toBe(expected[i]);
      });
    }
  });

  test.each([19, 5])(
    'inside a joint qkv of %i tokens, results go where the strides say and nowhere else',
    (T) => {
      const shape = shapeOf(T, T, 7, 3, 2);
      const arrays = randomArrays(shape);
      const C = 14;
      const joint = new Float32Array(3 * T * 3 * C);
      const width = C + 3;
      const wide = new Float32Array(3 * T * width).fill(99);
      for (let row = 0; row < 3 * T; row++) {
        for (const [i, x] of [arrays.q, arrays.k, arrays.v].entries())
          joint.set(x.subarray(row * C, (row + 1) * C), (3 * row + i) * C);
      }
      const got = withArrays(kernels, [joint, wide], (qkv = 0, to = 0) => {
        const part = (i: number) => ({
          address: qkv + 4 * i * C,
          rowStride: 12 * C,
          batchStride: 12 * C * T,
        });
        const out = { address: to, rowStride: 4 * width, batchStride: 4 * width * T };
        attention(kernels, { ...shape, q: part(0), k: part(1), v: part(2), out });
        return floatsAt(kernels, to, wide.length);
      });
      const { mask: _, ...unmasked } = arrays;
      const alone = attend(kernels, shape, unmasked);
      expect(got.filter((_, i) => i % width < C)).toEqual(alone);
      expect(got.filter((_, i) => i % width >= C).every((x) => x === 99)).toBe(true);
    },
  );

  test('without keys the result is 0; without queries, heads or batches nothing happens', () => {
    const out = attend(kernels, shapeOf(3, 0, 4, 2, 2), {
      q: randomFloats(48, 1),
      k: new Float32Array(0),
      v: new Float32Array(0),
    });
    expect(out).toEqual(new Float32Array(48));
    for (const shape of [shapeOf(0, 3, 4), shapeOf(3, 3, 0), shapeOf(3, 3, 4, 0), shapeOf(3, 3, 4, 1, 0)])
      expect(attend(kernels, shape, randomArrays(shape))).toHaveLength(0);
  });
});

test('few heads are split among units without changing a bit', async () => {
  const kernels = await kernelsOf('relaxed');
  const one = shapeOf(300, 40, 8);
  const arrays = randomArrays(one);
  const many = { ...one, batches: 16 };
  const repeat = (x: Float32Array) =>
    Float32Array.from({ length: 16 * x.length }, (_, i) => x[i % x.length] ?? 0);
  const whole = attend(kernels, many, {
    q: repeat(arrays.q),
    k: repeat(arrays.k),
    v: repeat(arrays.v),
    mask: repeat(arrays.mask),
  });
  expect(attend(kernels, one, arrays)).toEqual(whole.subarray(0, 300 * 8));
});
