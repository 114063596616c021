import { describe, expect, test } from 'vitest';

import { softmax, softmaxBackward } from '../../src/simd/softmax.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

/** softmax of one row in float64. */
function softmaxOf(x: readonly number[]): number[] {
  const largest = Math.max(...x);
  const e = x.map((v) => Math.exp(v - largest));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / total);
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  const forward = (x: Float32Array, rows: number): Float32Array =>
    withArrays(kernels, [x, new Float32Array(x.length)], (from, to) => {
      softmax(kernels, { x: from, y: to, rows, n: rows === 0 ? 5 : x.length / rows });
      return floatsAt(kernels, to, x.length);
    });
  const backward = (y: Float32Array, dy: Float32Array, rows: number): Float32Array =>
    withArrays(kernels, [y, dy, new Float32Array(y.length)], (a, b, dx) => {
      softmaxBackward(kernels, { y: a, dy: b, dx, rows, n: y.length / rows });
      return floatsAt(kernels, dx, y.length);
    });
  const rowOf = (x: Float32Array, r: number, n: number) => [...x.subarray(r * n, (r + 1) * n)];

  test('rows of every length, both ways', () => {
    for (let n = 1; n <= 70; n++) {
      const [x, dy] = [randomFloats(7 * n, n, -20, 20), randomFloats(7 * n, n + 1)];
      const y = forward(x, 7);
      const dx = backward(y, dy, 7);
      for (let r = 0; r < 7; r++) {
        const p = softmaxOf(rowOf(x, r, n));
        const g = rowOf(dy, r, n);
        const along = p.reduce((sum, v, i) => sum + v * (g[i] ?? 0), 0);
        expect(largestError(y.slice(r * n, (r + 1) * n), p), `row of ${n}`).toBeLessThan(5e-7);
        const expected = p.map((v, i) => v * ((g[i] ?? 0) - along));
        expect(largestError(dx.slice(r * n, (r + 1) * n), expected), `row of ${n}`).toBeLessThan(1e-6);
      }
    }
  });

  test('long rows, rows of large numbers', () => {
    const long = randomFloats(50_001, 1, -9, 9);
    expect(largestError(forward(long, 1), softmaxOf([...long]), 0)).toBeLessThan(5e-7);
    const large = Float32Array.of(3e38, 3e38, -3e38, 1000, -Infinity);
    expect([...forward(large, 1)]).toEqual([0.5, 0.5, 0, 0, 0]);
    expect(forward(new Float32Array(0), 0)).toHaveLength(0);
  });

  test('NaN, ∞ or nothing but −∞ make a row NaN, and no other', () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (let at = 0; at < 23; at++) {
        const x = randomFloats(3 * 23, at);
        x[23 + at] = bad;
        const y = forward(x, 3);
        expect(y.subarray(23, 46).some(Number.isFinite) && !Number.isNaN(y[23 + at])).toBe(false);
        expect(y[23 + at]).toBeNaN();
        expect([...y.subarray(0, 23), ...y.subarray(46)].every(Number.isFinite)).toBe(true);
      }
    }
    expect([...forward(new Float32Array(6).fill(-Infinity), 1)]).toEqual(Array(6).fill(Number.NaN));
  });

  test('works in place', () => {
    const [x, dy] = [randomFloats(900 * 11, 1), randomFloats(900 * 11, 2)];
    const [y, dx] = [forward(x, 900), backward(forward(x, 900), dy, 900)];
    withArrays(kernels, [x, dy], (a, b) => {
      softmax(kernels, { x: a, y: a, rows: 900, n: 11 });
      expect(floatsAt(kernels, a, x.length)).toEqual(y);
      softmaxBackward(kernels, { y: a, dy: b, dx: b, rows: 900, n: 11 });
      expect(floatsAt(kernels, b, x.length)).toEqual(dx);
    });
  });
});
