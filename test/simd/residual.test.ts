import { describe, expect, test } from 'vitest';

import { residual, residualBackward } from '../../src/simd/residual.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  function run(x: Float32Array, branch: Float32Array, dy: Float32Array, gamma: Float32Array) {
    const n = gamma.length;
    const rows = n === 0 ? 3 : x.length / n;
    const arrays = [
      x,
      branch,
      dy,
      gamma,
      ...[x.length, x.length, n].map((size) => new Float32Array(size).fill(7)),
    ];
    return withArrays(kernels, arrays, (px, pb, pdy, pg, y, dBranch, dGamma) => {
      residual(kernels, { x: px, branch: pb, gamma: pg, y: y ?? 0, rows, n });
      const results = { dBranch: dBranch ?? 0, dGamma: dGamma ?? 0 };
      residualBackward(kernels, { branch: pb, gamma: pg, dy: pdy, ...results, rows, n });
      const at = (address = 0, size = x.length) => floatsAt(kernels, address, size);
      return { y: at(y), dBranch: at(dBranch), dGamma: at(dGamma, n) };
    });
  }

  test('rows of every length, both ways', () => {
    for (let n = 0; n <= 70; n++) {
      for (const rows of [0, 1, 9]) {
        const [x, branch, dy] = [1, 2, 3].map((seed) => randomFloats(rows * n, seed)) as [F, F, F];
        const gamma = randomFloats(n, 4);
        const got = run(x, branch, dy, gamma);
        const y = Array.from(x, (v, i) => v + (branch[i] ?? 0) * (gamma[i % n] ?? 0));
        expect(largestError(got.y, y), `${rows} × ${n}`).toBeLessThan(2e-7);
        expect(got.dBranch).toEqual(dy.map((v, i) => v * (gamma[i % n] ?? 0)));
        expect(largestError(got.dGamma, products(dy, branch, n)), `${rows} × ${n}`).toBeLessThan(5e-7);
      }
    }
  });

  test('many rows are summed exactly enough', () => {
    const [branch, dy] = [randomFloats(3328 * 96, 1), randomFloats(3328 * 96, 2)];
    const { dGamma } = run(branch, branch, dy, randomFloats(96, 3));
    expect(largestError(dGamma, products(dy, branch, 96))).toBeLessThan(2e-6);
  });

  test('NaN stays in its column', () => {
    const x = randomFloats(40, 1);
    const branch = randomFloats(40, 2);
    branch[17] = Number.NaN;
    const { y, dGamma } = run(x, branch, randomFloats(40, 3), randomFloats(10, 4));
    expect([...y.keys()].filter((i) => Number.isNaN(y[i]))).toEqual([17]);
    expect([...dGamma.keys()].filter((i) => Number.isNaN(dGamma[i]))).toEqual([7]);
  });
});

type F = Float32Array;

/** Σ over rows of a∘b in float64. */
function products(a: F, b: F, n: number): number[] {
  const sums = new Array<number>(n).fill(0);
  a.forEach((v, i) => {
    sums[i % n] = (sums[i % n] ?? 0) + v * (b[i] ?? 0);
  });
  return sums;
}
