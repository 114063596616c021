import { describe, expect, test } from 'vitest';

import { rotary, rotaryBackward } from '../../src/simd/rotary.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { largestError } from './largest-error.js';

interface Shape {
  readonly rows: number;
  readonly positions: number;
  readonly heads: number;
  readonly half: number;
}

/** The rotation in float64, by the angle times `direction`. */
function rotated(x: Float32Array, cos: Float32Array, sin: Float32Array, shape: Shape, direction: 1 | -1) {
  const { rows, positions, heads, half } = shape;
  const y = new Array<number>(x.length);
  for (let i = 0; i < rows * heads * half; i++) {
    const [j, block] = [i % half, Math.floor(i / half)];
    const at = block * 2 * half + j;
    const angle = (Math.floor(block / heads) % positions) * half + j;
    const [a, b] = [x[at] ?? 0, x[at + half] ?? 0];
    const [c, s] = [cos[angle] ?? 0, direction * (sin[angle] ?? 0)];
    y[at] = a * c - b * s;
    y[at + half] = b * c + a * s;
  }
  return y;
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  function run(x: Float32Array, cos: Float32Array, sin: Float32Array, shape: Shape, turn = rotary) {
    return withArrays(kernels, [x, cos, sin, new Float32Array(x.length)], (px, pc, ps, y) => {
      const stride = 8 * shape.heads * shape.half;
      turn(kernels, { x: px, xStride: stride, y, yStride: stride, cos: pc, sin: ps, ...shape });
      return floatsAt(kernels, y, x.length);
    });
  }
  const angles = (shape: Shape) => randomFloats(shape.positions * shape.half, 5, -3, 3);

  test('heads of every size, forward and back', () => {
    for (let half = 1; half <= 70; half++) {
      const shape = { rows: 6, positions: 3, heads: 2, half };
      const [cos, sin] = [angles(shape).map(Math.cos), angles(shape).map(Math.sin)];
      const x = randomFloats(6 * 4 * half, half);
      const y = run(x, cos, sin, shape);
      expect(largestError(y, rotated(x, cos, sin, shape, 1)), `half ${half}`).toBeLessThan(3e-7);
      const dx = run(x, cos, sin, shape, rotaryBackward);
      expect(largestError(dx, rotated(x, cos, sin, shape, -1)), `half ${half}`).toBeLessThan(3e-7);
      expect(largestError(run(y, cos, sin, shape, rotaryBackward), x)).toBeLessThan(1e-6);
    }
  });

  test('turns a part of longer rows in place', () => {
    const shape = { rows: 500, positions: 250, heads: 3, half: 16 };
    const [cos, sin] = [angles(shape).map(Math.cos), angles(shape).map(Math.sin)];
    const [joint, width] = [randomFloats(500 * 200, 1), 96];
    const part = (x: Float32Array, r: number) => x.slice(r * 200 + 50, r * 200 + 50 + width);
    const x = Float32Array.from({ length: 500 * width }, (_, i) => {
      return part(joint, Math.floor(i / width))[i % width] ?? 0;
    });
    const y = run(x, cos, sin, shape);
    withArrays(kernels, [joint, cos, sin], (a, pc, ps) => {
      const place = { x: a + 200, xStride: 800, y: a + 200, yStride: 800 };
      rotary(kernels, { ...place, cos: pc, sin: ps, ...shape });
      const got = floatsAt(kernels, a, joint.length);
      for (let r = 0; r < 500; r++) expect(part(got, r)).toEqual(y.slice(r * width, (r + 1) * width));
      expect(got.slice(0, 50)).toEqual(joint.slice(0, 50));
      expect(got.slice(-54)).toEqual(joint.slice(-54));
    });
  });

  test('NaN stays in its pair', () => {
    const shape = { rows: 1, positions: 1, heads: 2, half: 5 };
    const x = randomFloats(20, 1);
    x[13] = Number.NaN;
    const y = run(x, randomFloats(5, 2), randomFloats(5, 3), shape);
    expect([...y.keys()].filter((i) => Number.isNaN(y[i]))).toEqual([13, 18]);
  });

  test('no rows and no heads are nothing', () => {
    const none = new Float32Array(0);
    expect(run(none, none, none, { rows: 0, positions: 0, heads: 2, half: 4 })).toHaveLength(0);
    expect(run(none, none, none, { rows: 3, positions: 3, heads: 0, half: 4 })).toHaveLength(0);
  });
});
