import { describe, expect, test } from 'vitest';

import { activation, activationBackward } from '../../src/simd/activations.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';
import { density, distribution } from './normal-distribution.js';

const sigma = (x: number): number => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));
const gelu = (x: number): number => x * distribution(x);
const silu = (x: number): number => x * sigma(x);
const geluSlope = (x: number): number => distribution(x) + x * density(x);
const siluSlope = (x: number): number => sigma(x) + x * sigma(x) * sigma(-x);

/** Numbers from −span to span and, densely, around 0. */
const sweep = (span: number): Float32Array =>
  Float32Array.from({ length: 40_001 }, (_, i) => {
    const at = (i - 20_000) / 20_000;
    return i % 2 === 0 ? span * at : span * at ** 7;
  });

/** The largest of error(got, x) over all numbers, and where. */
function worst(x: Float32Array, y: Float32Array, error: (y: number, x: number) => number) {
  let [largest, at] = [0, Number.NaN];
  x.forEach((value, i) => {
    const e = error(y[i] ?? Number.NaN, value);
    if (!(e <= largest)) [largest, at] = [e, value];
  });
  return { largest, at };
}

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  const map = (kind: 'gelu' | 'silu' | 'exp', x: Float32Array): Float32Array =>
    withArrays(kernels, [x, new Float32Array(x.length)], (from, to) => {
      activation(kernels, { x: from, y: to, count: x.length, kind });
      return floatsAt(kernels, to, x.length);
    });
  const slope = (kind: 'gelu' | 'silu', x: Float32Array): Float32Array =>
    withArrays(kernels, [x, new Float32Array(x.length).fill(1), new Float32Array(x.length)], (a, dy, dx) => {
      activationBackward(kernels, { x: a, dy, dx, count: x.length, kind });
      return floatsAt(kernels, dx, x.length);
    });

  test('exp is right to 1.5e-7 from underflow to overflow', () => {
    const x = sweep(88.7).filter((value) => value > -86.98);
    const { largest, at } = worst(x, map('exp', x), (y, v) => Math.abs(y / Math.exp(v) - 1));
    expect(largest, `at ${at}`).toBeLessThan(1.5e-7);
  });

  test('exp has the limits of IEEE', () => {
    const x = Float32Array.of(-Infinity, -1e30, -103, -87, 0, -0, 88.73, 89.3, 1e30, Infinity);
    expect([...map('exp', x)]).toEqual([0, 0, 0, 0, 1, 1, Infinity, Infinity, Infinity, Infinity]);
  });

  test('NaN stays NaN whatever its bits', () => {
    const bits = Uint32Array.of(0x7fc00000, 0xffc00000, 0x7fc00001, 0x7fffffff, 0xffc01234, 0x7f800001);
    const x = new Float32Array(bits.buffer);
    for (const kind of ['exp', 'gelu', 'silu'] as const)
      expect([...map(kind, x)]).toEqual(Array(6).fill(NaN));
    for (const kind of ['gelu', 'silu'] as const) expect([...slope(kind, x)]).toEqual(Array(6).fill(NaN));
  });

  test.each([
    ['gelu', gelu, 2e-7],
    ['silu', silu, 2e-7],
  ] as const)('%s is right to a few 1e-7 of max(1, |x|)', (kind, f, limit) => {
    for (const span of [1, 12, 1000]) {
      const x = sweep(span);
      const error = (y: number, v: number) => Math.abs(y - f(v)) / Math.max(1, Math.abs(v));
      const { largest, at } = worst(x, map(kind, x), error);
      expect(largest, `at ${at}`).toBeLessThan(limit);
    }
  });

  test.each([
    ['gelu', geluSlope],
    ['silu', siluSlope],
  ] as const)('the slope of %s is right to 4e-7', (kind, f) => {
    for (const span of [1, 12, 1000]) {
      const x = sweep(span);
      const { largest, at } = worst(x, slope(kind, x), (y, v) => Math.abs(y - f(v)));
      expect(largest, `at ${at}`).toBeLessThan(4e-7);
    }
  });

  test('activations have the limits of their formulas', () => {
    const x = Float32Array.of(Infinity, -Infinity, 3e38, -3e38, 100, -100);
    for (const kind of ['gelu', 'silu'] as const) {
      const values = [...map(kind, x)].map((y) => y + 0); // −0 becomes 0
      expect(values).toEqual([Infinity, Number.NaN, Math.fround(3e38), 0, 100, 0]);
      expect([...slope(kind, x)].map(Math.abs)).toEqual([Number.NaN, Number.NaN, 1, 0, 1, 0]);
    }
  });

  test('every length gives what a longer one gives, and writes no further', () => {
    const values = randomFloats(4096 + 71, 1, -6, 6);
    for (const kind of ['gelu', 'silu', 'exp'] as const) {
      const whole = map(kind, values);
      for (let n = 0; n <= 70; n++) expect(map(kind, values.slice(0, n))).toEqual(whole.slice(0, n));
      for (let n = 4094; n <= 4100; n++) expect(map(kind, values.slice(0, n))).toEqual(whole.slice(0, n));
      if (kind === 'exp') continue;
      const slopes = slope(kind, values);
      for (let n = 0; n <= 70; n++) expect(slope(kind, values.slice(0, n))).toEqual(slopes.slice(0, n));
    }
  });

  test('works in place, and the gradient takes dy', () => {
    const x = randomFloats(37, 2);
    const dy = randomFloats(37, 3);
    const inPlace = withArrays(kernels, [x], (a) => {
      activation(kernels, { x: a, y: a, count: 37, kind: 'gelu' });
      return floatsAt(kernels, a, 37);
    });
    expect(inPlace).toEqual(map('gelu', x));
    const dx = withArrays(kernels, [x, dy], (a, b) => {
      activationBackward(kernels, { x: a, dy: b, dx: b, count: 37, kind: 'silu' });
      return floatsAt(kernels, b, 37);
    });
    expect(dx).toEqual(slope('silu', x).map((s, i) => s * (dy[i] ?? 0)));
  });
});
