import { describe, expect, test } from 'vitest';

import { gatedSilu, gatedSiluBackward } from '../../src/simd/gated-silu.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

const sigma = (x: number): number => 1 / (1 + Math.exp(-x));

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);

  /** a and b are the halves of each row of `joint`. */
  function run(joint: Float32Array, dy: Float32Array, rows: number, n: number) {
    const [whole, half] = [8 * n, 4 * n];
    const arrays = [joint, dy, new Float32Array(rows * n), new Float32Array(rows * 2 * n)];
    return withArrays(kernels, arrays, (a, pdy, y, da) => {
      const inputs = { a, aStride: whole, b: a + half, bStride: whole, rows, n };
      gatedSilu(kernels, { ...inputs, y, yStride: half });
      const outputs = { da, daStride: whole, db: da + half, dbStride: whole };
      gatedSiluBackward(kernels, { ...inputs, dy: pdy, dyStride: half, ...outputs });
      return { y: floatsAt(kernels, y, rows * n), joint: floatsAt(kernels, da, rows * 2 * n) };
    });
  }

  test('halves of joint rows of every length, both ways', () => {
    for (let n = 0; n <= 70; n++) {
      for (const rows of [0, 1, 5]) {
        const [joint, dy] = [randomFloats(rows * 2 * n, n, -6, 6), randomFloats(rows * n, n + 1)];
        const got = run(joint, dy, rows, n);
        const y: number[] = [];
        const gradients = new Array<number>(rows * 2 * n);
        for (let i = 0; i < rows * n; i++) {
          const at = Math.floor(i / n) * 2 * n + (i % n);
          const [a, b, g] = [joint[at] ?? 0, joint[at + n] ?? 0, dy[i] ?? 0];
          y.push(a * sigma(a) * b);
          gradients[at] = g * b * (sigma(a) + a * sigma(a) * sigma(-a));
          gradients[at + n] = g * a * sigma(a);
        }
        expect(largestError(got.y, y), `${rows} × ${n}`).toBeLessThan(5e-7);
        expect(largestError(got.joint, gradients), `${rows} × ${n}`).toBeLessThan(5e-7);
      }
    }
  });

  test('the gradients may take the places of a and b', () => {
    const [joint, dy] = [randomFloats(700 * 2 * 13, 1), randomFloats(700 * 13, 2)];
    const apart = run(joint, dy, 700, 13).joint;
    withArrays(kernels, [joint, dy], (a, pdy) => {
      const strides = { aStride: 104, bStride: 104, dyStride: 52, daStride: 104, dbStride: 104 };
      const job = { a, b: a + 52, da: a, db: a + 52, dy: pdy, rows: 700, n: 13, ...strides };
      gatedSiluBackward(kernels, job);
      expect(floatsAt(kernels, a, joint.length)).toEqual(apart);
    });
  });

  test('NaN and ∞ come out where they went in', () => {
    const joint = Float32Array.of(Number.NaN, 1, 2, Infinity, 1, Number.NaN, 0, 3);
    const { y } = run(joint, new Float32Array(4).fill(1), 1, 4);
    expect([...y]).toEqual([Number.NaN, Number.NaN, 0, Infinity]);
  });
});
