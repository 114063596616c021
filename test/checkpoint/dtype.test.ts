import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { fromFloat32, toFloat32 } from '../../src/checkpoint/dtype.js';
import { transpose } from '../../src/checkpoint/transpose.js';

const bytesOf = (values: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
/** One float32 through `dtype` and back. */
const through = (value: number, dtype: 'F16' | 'BF16') =>
  toFloat32(new Uint8Array(fromFloat32(Float32Array.of(value), dtype)), dtype)[0] as number;

/**
 * To the nearest multiple of 2^(e − bits), e the exponent of x (at least `lowest`), ties to the even
 * multiple.
 */
function nearest(x: number, bits: number, lowest: number, limit: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  let exponent = Math.max(lowest, Math.floor(Math.log2(Math.abs(x))));
  if (2 ** exponent > Math.abs(x) && exponent > lowest) exponent--; // log2 is not exact
  const step = 2 ** (exponent - bits);
  const floor = Math.floor(x / step);
  const rest = x / step - floor;
  const rounded = (rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor) * step;
  if (Math.abs(rounded) > limit) return Math.sign(x) * Number.POSITIVE_INFINITY;
  return rounded === 0 ? 0 * Math.sign(x) : rounded;
}

describe('element kinds', () => {
  test.each([
    ['F16', 10, -14, 65504],
    ['BF16', 7, -126, 3.3895313892515355e38],
  ] as const)('%s is the nearest, ties to even, with subnormals and ±∞', (dtype, bits, lowest, limit) => {
    const halfway = fc.nat(65535).map((pattern) => {
      const [x, y] = toFloat32(bytesOf(Uint16Array.of(pattern, pattern + 1)), dtype);
      return ((x as number) + (y as number)) / 2; // between two neighbours: a tie
    });
    const anyFloat = fc.oneof(
      fc.float({ noNaN: true }),
      fc.float({ noNaN: true, min: -70000, max: 70000 }),
      halfway,
    );
    const property = fc.property(anyFloat, (wide) => {
      const value = Math.fround(wide);
      if (Number.isNaN(value)) return;
      expect(through(value, dtype)).toBe(nearest(value, bits, lowest, limit));
    });
    fc.assert(property, { numRuns: 5000 });
    expect(through(Number.NaN, dtype)).toBeNaN();
  });

  test.each(['F16', 'BF16'] as const)('every pattern of %s survives float32', (dtype) => {
    const patterns = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const values = toFloat32(bytesOf(patterns), dtype);
    const back = new Uint16Array(fromFloat32(values, dtype).buffer);
    const changed = [...patterns].filter((pattern) => back[pattern] !== pattern);
    expect(changed.every((pattern) => Number.isNaN(values[pattern]))).toBe(true); // NaNs become quiet
  });

  test('landmarks: one, the largest, the smallest, infinity', () => {
    const f16 = toFloat32(bytesOf(Uint16Array.of(0x3c00, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xc000)), 'F16');
    expect([...f16]).toEqual([1, 65504, 2 ** -24, 2 ** -14, Number.POSITIVE_INFINITY, -2]);
    const bf16 = toFloat32(bytesOf(Uint16Array.of(0x3f80, 0x4049, 0xc000, 0x0001)), 'BF16');
    expect([...bf16]).toEqual([1, 3.140625, -2, 2 ** -133]);
    expect(through(65519.996, 'F16')).toBe(65504);
    expect(through(65520, 'F16')).toBe(Number.POSITIVE_INFINITY);
  });

  test('integers, booleans and doubles', () => {
    expect([...toFloat32(bytesOf(BigInt64Array.of(-1n, 2n ** 40n)), 'I64')]).toEqual([-1, 2 ** 40]);
    expect([...toFloat32(bytesOf(Int32Array.of(-7, 2 ** 30)), 'I32')]).toEqual([-7, 2 ** 30]);
    expect([...toFloat32(bytesOf(Int16Array.of(-7, 32767)), 'I16')]).toEqual([-7, 32767]);
    expect([...toFloat32(bytesOf(Int8Array.of(-128, 127)), 'I8')]).toEqual([-128, 127]);
    expect([...toFloat32(bytesOf(Uint8Array.of(0, 255)), 'U8')]).toEqual([0, 255]);
    expect([...toFloat32(bytesOf(Uint8Array.of(0, 1)), 'BOOL')]).toEqual([0, 1]);
    expect([...toFloat32(bytesOf(Float64Array.of(0.1, -3)), 'F64')]).toEqual([Math.fround(0.1), -3]);
  });

  test('bytes at an odd offset are read; half an element is refused', () => {
    const bytes = new Uint8Array(9);
    bytes.set(bytesOf(Float32Array.of(1.5, -2)), 1);
    expect([...toFloat32(bytes.subarray(1), 'F32')]).toEqual([1.5, -2]);
    expect(() => toFloat32(bytes, 'F32')).toThrow('expected a multiple of 4 bytes for F32, got 9');
  });
});

describe('transposition', () => {
  test('[rows, columns] → [columns, rows], whatever the sizes', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 70 }),
      fc.integer({ min: 1, max: 70 }),
      (rows, columns) => {
        const values = Float32Array.from({ length: rows * columns }, (_, i) => i);
        const turned = transpose(values, rows, columns);
        const expected = values.map((_, i) => (i % rows) * columns + Math.floor(i / rows));
        expect(Buffer.compare(bytesOf(turned), bytesOf(expected))).toBe(0);
      },
    );
    fc.assert(property);
  });

  test('a length that is not rows × columns is refused', () => {
    expect(() => transpose(new Float32Array(5), 2, 3)).toThrow('expected rows of 3 for 2 × 3, got 5 values');
    expect(() => transpose(new Float32Array(9), 2, 3)).toThrow('expected rows of 3 for 2 × 3, got 9 values');
  });
});
