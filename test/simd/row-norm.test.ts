import { describe, expect, test } from 'vitest';

import { layerNorm, layerNormBackward } from '../../src/simd/layer-norm.js';
import { rmsNorm, rmsNormBackward } from '../../src/simd/rms-norm.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

const EPSILON = 1e-5;

const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0) / x.length;
const rowsOf = (x: Float32Array, rows: number, stride: number, n: number): number[][] =>
  Array.from({ length: rows }, (_, r) => [...x.subarray(r * stride, r * stride + n)]);
const columnSums = (rows: readonly number[][], n: number): number[] =>
  Array.from({ length: n }, (_, j) => rows.reduce((sum, row) => sum + (row[j] ?? 0), 0));
const times = (a: readonly number[], b: ArrayLike<number>): number[] => a.map((x, i) => x * (b[i] ?? 0));

/** x̂ of one row, and the factor it was scaled by. */
function normalised(x: readonly number[], isCentred: boolean) {
  const mu = isCentred ? mean(x) : 0;
  const scale = 1 / Math.sqrt(mean(x.map((v) => (v - mu) ** 2)) + EPSILON);
  return { scale, values: x.map((v) => (v - mu) * scale) };
}

/** The gradient with respect to one row, with x̂ of that row. */
function rowGradient(x: readonly number[], dy: readonly number[], w: Float32Array, isCentred: boolean) {
  const { scale, values } = normalised(x, isCentred);
  const g = times(dy, w);
  const along = mean(times(g, values));
  const shift = isCentred ? mean(g) : 0;
  const dx = g.map((v, i) => scale * (v - shift - (values[i] ?? 0) * along));
  return { values, dx, size: scale * Math.max(...g.map(Math.abs), 0) };
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);

  /** All results of both directions; rows of x, y, dy, dx are further apart than they are long. */
  function run(kind: 'rms' | 'layer', x: Float32Array, dy: Float32Array, rows: number, n: number, gap = 3) {
    const [stride, w, b] = [n + gap, randomFloats(n, 3), randomFloats(n, 4)];
    const room = () => new Float32Array(rows * stride).fill(7);
    const sums = () => new Float32Array(n).fill(7);
    const arrays = [x, dy, w, b, room(), room(), sums(), sums()];
    return withArrays(kernels, arrays, (px, pdy, pw, pb, py, pdx, pdw, pdb) => {
      const strides = {
        xStride: 4 * stride,
        yStride: 4 * stride,
        dyStride: 4 * stride,
        dxStride: 4 * stride,
      };
      const job = { x: px, dy: pdy, w: pw, b: pb, y: py, dx: pdx, dw: pdw, db: pdb, rows, n, ...strides };
      const all = { ...job, epsilon: EPSILON };
      if (kind === 'rms') rmsNorm(kernels, all);
      else layerNorm(kernels, all);
      if (kind === 'rms') rmsNormBackward(kernels, all);
      else layerNormBackward(kernels, all);
      const [y, dx] = [floatsAt(kernels, py, rows * stride), floatsAt(kernels, pdx, rows * stride)];
      return { w, b, y, dx, dw: floatsAt(kernels, pdw, n), db: floatsAt(kernels, pdb, n), stride };
    });
  }

  /** The largest error of each result against float64. */
  function errors(kind: 'rms' | 'layer', rows: number, n: number) {
    const [x, dy] = [randomFloats(rows * (n + 3), 1), randomFloats(rows * (n + 3), 2)];
    const { w, b, y, dx, dw, db, stride } = run(kind, x, dy, rows, n);
    const isLayer = kind === 'layer';
    const gradients = rowsOf(dy, rows, stride, n);
    const inputs = rowsOf(x, rows, stride, n);
    const expected = inputs.map((row, r) => rowGradient(row, gradients[r] ?? [], w, isLayer));
    const flat = (a: number[][]) => a.flat();
    const got = (a: Float32Array) => Float32Array.from(flat(rowsOf(a, rows, stride, n)));
    const outputs = expected.map(({ values }) =>
      times(values, w).map((v, i) => v + (isLayer ? (b[i] ?? 0) : 0)),
    );
    const products = expected.map(({ values }, r) => times(values, gradients[r] ?? []));
    const result = {
      y: largestError(got(y), flat(outputs)),
      // against what cancels in it: in a row of two numbers all but nothing is left
      dx: largestError(got(dx), flat(expected.map((e) => e.dx)), Math.max(...expected.map((e) => e.size))),
      dw: largestError(dw, columnSums(products, n)),
      db: isLayer ? largestError(db, columnSums(gradients, n)) : 0,
      gap: y.filter((v) => v === 7).length - rows * 3,
    };
    return result;
  }

  test.each(['rms', 'layer'] as const)('%s norm of rows of every length, both ways', (kind) => {
    for (let n = 1; n <= 70; n++) {
      for (const rows of [1, 3, 70]) {
        const { y, dx, dw, db, gap } = errors(kind, rows, n);
        expect(Math.max(y, dx, dw, db), `${rows} rows of ${n}`).toBeLessThan(2e-6);
        expect(gap).toBe(0);
      }
    }
  });

  test.each(['rms', 'layer'] as const)('%s norm of large shapes', (kind) => {
    for (const [rows, n] of [
      [257, 384],
      [1111, 96],
      [1, 12800],
    ] as const) {
      const { y, dx, dw, db } = errors(kind, rows, n);
      expect(Math.max(y, dx), `${rows} rows of ${n}`).toBeLessThan(5e-6);
      expect(Math.max(dw, db), `${rows} rows of ${n}`).toBeLessThan(5e-6);
    }
  });

  test.each(['rms', 'layer'] as const)('%s norm keeps NaN and ∞ in their row', (kind) => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const at of [0, 13, 18]) {
        const [x, dy] = [randomFloats(3 * 19, 1), randomFloats(3 * 19, 2)];
        x[19 + at] = bad;
        const { y, dx, dw } = run(kind, x, dy, 3, 19, 0);
        expect(y[19 + at]).toBeNaN();
        expect(dx.slice(19, 38).some(Number.isNaN)).toBe(true);
        expect(dw[at]).toBeNaN();
        const others = (a: Float32Array) => [...a.subarray(0, 19), ...a.subarray(38)];
        expect([...others(y), ...others(dx)].every(Number.isFinite)).toBe(true);
      }
    }
  });

  test('without rows the gradients of weight and bias are 0', () => {
    const nothing = new Float32Array(0);
    expect([...run('rms', nothing, nothing, 0, 5).dw]).toEqual([0, 0, 0, 0, 0]);
    expect([...run('layer', nothing, nothing, 0, 5).db]).toEqual([0, 0, 0, 0, 0]);
    expect(run('layer', nothing, nothing, 4, 0).dw).toHaveLength(0);
  });

  test('y may be x and dx may be dy', () => {
    const [x, dy, w] = [randomFloats(4 * 21, 1), randomFloats(4 * 21, 2), randomFloats(21, 3)];
    const apart = run('rms', x, dy, 4, 21, 0);
    const strides = { xStride: 84, yStride: 84, dyStride: 84, dxStride: 84 };
    const size = { rows: 4, n: 21, epsilon: EPSILON, ...strides };
    withArrays(kernels, [x, dy, w, new Float32Array(21)], (px, pdy, pw, pdw) => {
      rmsNormBackward(kernels, { x: px, w: pw, dy: pdy, dx: pdy, dw: pdw, ...size });
      rmsNorm(kernels, { x: px, w: pw, y: px, ...size });
      expect(floatsAt(kernels, pdy, 84)).toEqual(apart.dx);
      expect(floatsAt(kernels, px, 84)).toEqual(apart.y);
    });
  });
});
