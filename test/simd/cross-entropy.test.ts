import { describe, expect, test } from 'vitest';

import { classCrossEntropy, crossEntropy } from '../../src/simd/cross-entropy.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

const WEIGHT = 0.25;

/** Loss and gradient of one row in float64. */
function reference(z: readonly number[], target: readonly number[]) {
  const largest = Math.max(...z);
  const total = z.reduce((sum, v) => sum + Math.exp(v - largest), 0);
  const share = target.reduce((a, b) => a + b, 0);
  const logs = z.map((v) => v - largest - Math.log(total));
  const loss = -logs.reduce((sum, v, i) => sum + (target[i] ?? 0) * v, 0);
  return { loss, gradient: logs.map((v, i) => WEIGHT * (share * Math.exp(v) - (target[i] ?? 0))) };
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  function run(logits: Float32Array, targets: Float32Array | Int32Array, rows: number) {
    const n = logits.length / rows;
    const arrays = [logits, targets, new Float32Array(rows).fill(7), new Float32Array(rows * n).fill(7)];
    return withArrays(kernels, arrays, (pz, pt, pl, pd) => {
      const job = { logits: pz, targets: pt, loss: pl, dLogits: pd, rows, n, weight: WEIGHT };
      if (targets instanceof Float32Array) crossEntropy(kernels, job);
      else classCrossEntropy(kernels, job);
      return { loss: floatsAt(kernels, pl, rows), gradient: floatsAt(kernels, pd, rows * n) };
    });
  }
  function expected(logits: Float32Array, targets: readonly number[], rows: number) {
    const n = logits.length / rows;
    const part = (x: ArrayLike<number>, r: number) => Array.from(x).slice(r * n, (r + 1) * n);
    const each = Array.from({ length: rows }, (_, r) => reference(part(logits, r), part(targets, r)));
    return { loss: each.map((e) => e.loss), gradient: each.flatMap((e) => e.gradient) };
  }

  test('target rows of every length', () => {
    for (let n = 1; n <= 70; n++) {
      const [z, t] = [randomFloats(5 * n, n, -30, 30), randomFloats(5 * n, n + 1, 0, 2 / n)];
      const [got, want] = [run(z, t, 5), expected(z, [...t], 5)];
      expect(largestError(got.loss, want.loss), `rows of ${n}`).toBeLessThan(1e-6);
      expect(largestError(got.gradient, want.gradient), `rows of ${n}`).toBeLessThan(1e-6);
    }
  });

  test('classes in rows of every length', () => {
    for (let n = 1; n <= 70; n++) {
      const z = randomFloats(6 * n, n, -30, 30);
      const classes = Int32Array.from({ length: 6 }, (_, r) => (r === 4 ? -100 : (r * 37) % n));
      const t = Array.from({ length: 6 * n }, (_, i) => Number(i % n === classes[Math.floor(i / n)]));
      const [got, want] = [run(z, classes, 6), expected(z, t, 6)];
      want.gradient.fill(0, 4 * n, 5 * n);
      want.loss[4] = 0;
      expect(largestError(got.loss, want.loss), `rows of ${n}`).toBeLessThan(1e-6);
      expect(largestError(got.gradient, want.gradient), `rows of ${n}`).toBeLessThan(1e-6);
    }
  });

  test('small losses of large logits lose nothing to their size', () => {
    const z = Float32Array.of(100, 90, 80, 1000, 993, -Infinity);
    const { loss } = run(z, Int32Array.of(0, 0), 2);
    expect(loss[0]).toBeCloseTo(Math.log1p(Math.exp(-10) + Math.exp(-20)), 6);
    expect(loss[1]).toBeCloseTo(Math.log1p(Math.exp(-7)), 6);
  });

  test('the logarithm is exact for totals of every size', () => {
    for (const n of [1, 2, 3, 5, 7, 100, 1448, 1449, 30_000]) {
      const { loss } = run(new Float32Array(n), Int32Array.of(n - 1), 1);
      expect(Math.abs((loss[0] ?? 0) - Math.log(n)), `${n}`).toBeLessThan(5e-7);
    }
  });

  test('NaN makes its row NaN, and no other', () => {
    for (const targets of [Int32Array.of(1, 1), new Float32Array(18).fill(1 / 9)]) {
      const z = randomFloats(18, 1);
      z[5] = Number.NaN;
      const { loss, gradient } = run(z, targets, 2);
      expect(loss[0]).toBeNaN();
      expect(gradient.subarray(0, 9).every(Number.isNaN)).toBe(true);
      expect(loss[1]).toBeGreaterThan(0);
      expect(gradient.subarray(9).every(Number.isFinite)).toBe(true);
    }
  });

  test('a class that does not exist is named', () => {
    const wrong = () => run(randomFloats(12, 1), Int32Array.of(0, 6), 2);
    expect(wrong).toThrow(RangeError);
    expect(wrong).toThrow('expected classes of 0…5, or -100 for rows that do not count, got 6 in row 1');
    expect(() => run(randomFloats(12, 1), Int32Array.of(-1, 0), 2)).toThrow('got -1 in row 0');
  });

  test('the gradient may take the place of the logits', () => {
    const [z, t] = [randomFloats(300 * 9, 1), randomFloats(300 * 9, 2, 0, 1)];
    const { gradient } = run(z, t, 300);
    withArrays(kernels, [z, t, new Float32Array(300)], (logits, targets, loss) => {
      crossEntropy(kernels, { logits, targets, loss, dLogits: logits, rows: 300, n: 9, weight: WEIGHT });
      expect(floatsAt(kernels, logits, z.length)).toEqual(gradient);
    });
  });
});
