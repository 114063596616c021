import { describe, expect, test } from 'vitest';

import { add, scale, scaledResidual } from '../../src/simd/elementwise.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

const LENGTHS = [...Array(71).keys(), 8191, 8193];

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  /** What `use` writes to its last address, which is as long as the first array. */
  const result = (arrays: readonly Float32Array[], use: (...at: number[]) => void): Float32Array =>
    withArrays(kernels, [...arrays, new Float32Array(arrays[0]?.length ?? 0).fill(7)], (...at) => {
      use(...at);
      return floatsAt(kernels, at.at(-1) ?? 0, arrays[0]?.length ?? 0);
    });

  test('sums of every length, in float32', () => {
    for (const count of LENGTHS) {
      const [a, b] = [randomFloats(count, 1), randomFloats(count, 2)];
      const y = result([a, b], (pa, pb, py) => add(kernels, { a: pa ?? 0, b: pb ?? 0, y: py ?? 0, count }));
      expect(y).toEqual(a.map((v, i) => v + (b[i] ?? 0)));
      const scaled = result([a, b], (pa, pb, py) =>
        add(kernels, { a: pa ?? 0, b: pb ?? 0, y: py ?? 0, count, factor: -0.7 }),
      );
      const expected = Array.from(a, (v, i) => v - Math.fround(0.7) * (b[i] ?? 0));
      expect(largestError(scaled, expected), `${count}`).toBeLessThan(2e-7);
    }
  });

  test('products of every length, in float32', () => {
    for (const count of LENGTHS) {
      const x = randomFloats(count, 1);
      const y = result([x], (px, py) => scale(kernels, { x: px ?? 0, y: py ?? 0, count, factor: 0.3 }));
      expect(y).toEqual(x.map((v) => v * Math.fround(0.3)));
    }
  });

  test('each sample has its own scale', () => {
    for (const n of LENGTHS) {
      const samples = 3;
      const [x, branch] = [randomFloats(samples * n, 1), randomFloats(samples * n, 2)];
      const scales = Float32Array.of(0, 2, 1.25);
      const run = (isBranchAlone: boolean) =>
        withArrays(kernels, [x, branch, scales, new Float32Array(samples * n)], (px, pb, ps, y) => {
          const job = { branch: pb, scales: ps, y, samples, n };
          scaledResidual(kernels, isBranchAlone ? job : { ...job, x: px });
          return floatsAt(kernels, y, samples * n);
        });
      const product = branch.map((v, i) => v * (scales[Math.floor(i / n)] ?? 0));
      expect(run(true)).toEqual(product);
      expect(
        largestError(
          run(false),
          x.map((v, i) => v + (product[i] ?? 0)),
          4,
        ),
      ).toBeLessThan(2e-7);
    }
  });

  test('NaN and ∞ come out as IEEE says', () => {
    const [a, b] = [
      Float32Array.of(NaN, 1, Infinity, 1, Infinity),
      Float32Array.of(1, NaN, -Infinity, -Infinity, 1),
    ];
    const y = result([a, b], (pa, pb, py) => add(kernels, { a: pa ?? 0, b: pb ?? 0, y: py ?? 0, count: 5 }));
    expect([...y]).toEqual([NaN, NaN, NaN, -Infinity, Infinity]);
    const z = result([a], (px, py) => scale(kernels, { x: px ?? 0, y: py ?? 0, count: 5, factor: 0 }));
    expect([...z]).toEqual([NaN, 0, NaN, 0, NaN]);
  });
});
