import fc from 'fast-check';
import { expect, test } from 'vitest';

import { inverseDct } from '../../../src/image/jpeg/inverse-dct.js';

const block = fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 64, maxLength: 64 });

test('the transform is the cosine sum, within one level', () => {
  fc.assert(
    fc.property(block, (coefficients) => {
      const out = new Uint8Array(64);
      inverseDct(Int32Array.from(coefficients), out, 0, 8);
      for (const [i, sample] of out.entries()) {
        const exact = Math.max(0, Math.min(255, 128 + cosineSum(coefficients, i & 7, i >> 3)));
        expect(Math.abs(sample - exact)).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 50 },
  );
});

test('a block of its mean alone is flat, wherever it is written', () => {
  const out = new Uint8Array(200);
  inverseDct(
    Int32Array.from({ length: 64 }, (_, i) => (i === 0 ? 80 : 0)),
    out,
    5,
    20,
  );
  for (let y = 0; y < 8; y++) {
    expect([...out.subarray(5 + 20 * y, 13 + 20 * y)]).toEqual(new Array(8).fill(138));
    expect(out[13 + 20 * y]).toBe(0);
  }
});

/** ¼ Σ c(u) c(v) F(u, v) cos((2x + 1)uπ/16) cos((2y + 1)vπ/16) */
function cosineSum(coefficients: readonly number[], x: number, y: number): number {
  return coefficients.reduce((sum, value, i) => {
    const [u, v] = [i & 7, i >> 3];
    const scale = (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
    const wave = Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
    return sum + (scale * value * wave) / 4;
  }, 0);
}
