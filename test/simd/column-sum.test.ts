import { describe, expect, test } from 'vitest';

import { columnSum } from '../../src/simd/column-sum.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  const sum = (x: Float32Array, rows: number, n: number, gap = 0): Float32Array =>
    withArrays(kernels, [x, new Float32Array(n).fill(7)], (from, to) => {
      columnSum(kernels, { x: from, stride: 4 * (n + gap), rows, n, sum: to });
      return floatsAt(kernels, to, n);
    });
  const expected = (x: Float32Array, rows: number, n: number, gap = 0): number[] =>
    Array.from({ length: n }, (_, j) => {
      let s = 0;
      for (let r = 0; r < rows; r++) s += x[r * (n + gap) + j] ?? 0;
      return s;
    });

  test('sums of every width and of few rows', () => {
    for (let n = 0; n <= 70; n++) {
      for (let rows = 0; rows <= 9; rows++) {
        const x = randomFloats(rows * (n + 2), n);
        expect(largestError(sum(x, rows, n, 2), expected(x, rows, n, 2)), `${rows} × ${n}`).toBeLessThan(
          1e-6,
        );
      }
    }
  });

  test.each([
    [3328, 96],
    [9000, 3],
    [33, 1000],
  ])('sums of %i rows of %i', (rows, n) => {
    const x = randomFloats(rows * n, 1, 0, 1);
    expect(largestError(sum(x, rows, n), expected(x, rows, n))).toBeLessThan(2e-6);
  });

  test('NaN and ∞ stay in their column', () => {
    const x = randomFloats(40 * 10, 1);
    x[25 * 10 + 3] = Number.NaN;
    x[7 * 10 + 8] = Number.NEGATIVE_INFINITY;
    const sums = sum(x, 40, 10);
    expect(sums[3]).toBeNaN();
    expect(sums[8]).toBe(Number.NEGATIVE_INFINITY);
    expect(sums.filter(Number.isFinite)).toHaveLength(8);
  });
});
