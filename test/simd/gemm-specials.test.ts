import { describe, expect, test } from 'vitest';

import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { type Case, computed, expected } from './gemm-case.js';
import { storages } from './gemm-matrices.js';
import { builds, kernelsOf, randomFloats } from './heap-arrays.js';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Numbers that are no finite ones: in one row of A and one column of B. */
function withSpecials(m: number, storage: (typeof storages)[number], special: number): Case {
  const [n, k] = [21, 600];
  const a = randomFloats(m * k, 1);
  const b = randomFloats(k * n, 2).map((x) =>
    storage.kind === 'I8' ? Math.round(50 * x) : Math.round(8 * x) / 8,
  );
  a[(m - 1) * k + 333] = special;
  if (storage.kind !== 'I8') b[123 * n + 5] = -special;
  return { m, n, k, a, b, storage, ...(storage.kind === 'I8' && { scales: randomFloats(n, 3, 0.1, 1) }) };
}

describe.each(builds)('%s', (build) => {
  test.each(storages)(
    'infinities and NaN reach what depends on them, and nothing else: B $kind [$layout]',
    async (storage) => {
      const kernels = await kernelsOf(build);
      for (const special of [nan, infinity, -infinity]) {
        for (const m of [1, 2, 4, 5, 23]) {
          const given = withSpecials(m, storage, special);
          const wanted = expected(given);
          const areFinite = Array.from(wanted, Number.isFinite);
          const exact = computed(kernels, given);
          exact.forEach((x, i) => {
            if (areFinite[i]) expect(Math.abs(x - Number(wanted[i]))).toBeLessThan(1e-3 * 600);
            else expect(x).toBe(wanted[i]);
          });
          const rounded = computed(kernels, { ...given, arithmetic: 'int16' });
          expect(Array.from(rounded, Number.isFinite)).toEqual(areFinite);
        }
      }
    },
  );

  test('groups of zeros and of very small numbers are rounded to what they are, or to zero', async () => {
    const kernels = await kernelsOf(build);
    const a = new Float32Array(6 * 600).fill(1e-38, 600, 1200).fill(1e-44, 1200, 1800).fill(3, 1900);
    const given: Case = {
      m: 6,
      n: 9,
      k: 600,
      a,
      b: new Float32Array(600 * 9).fill(1e6),
      storage: storages[0],
      arithmetic: 'int16',
    };
    const wanted = expected(given);
    computed(kernels, given).forEach((x, i) => {
      expect(Math.abs(x - Number(wanted[i]))).toBeLessThanOrEqual(1e-3 * Math.abs(Number(wanted[i])) + 1e-30);
    });
  });

  test.each(['BF16', 'F16'] as const)('all 65,536 patterns of %s', async (kind) => {
    const kernels = await kernelsOf(build);
    const patterns = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
    const values = toFloat32(new Uint8Array(patterns.buffer), kind);
    const [n, k] = [2 ** 13, 8];
    for (let place = 0; place < k; place++) {
      // Column i holds a pattern in one place, and zeros; then the same with one row, four rows, and a tile of them
      const part = values.subarray(place * n, (place + 1) * n);
      const b = new Float32Array(k * n);
      b.set(part, place * n);
      for (const m of [1, 4, 5]) {
        const a = new Float32Array(m * k).fill(1);
        const c = computed(kernels, { m, n, k, a, b, storage: { kind, layout: 'nk' } });
        for (let i = 0; i < m * n; i++) {
          const [got, wanted] = [c[i], part[i % n]];
          if (got !== wanted && !(Number.isNaN(got) && Number.isNaN(wanted)))
            throw new Error(
              `pattern ${place * n + (i % n)}, row ${Math.floor(i / n)}: expected ${wanted}, got ${got}`,
            );
        }
      }
    }
    expect(values).toHaveLength(2 ** 16);
  });
});
