import { describe, expect, test } from 'vitest';

import type { Gemm } from '../../src/simd/gemm.js';
import { gemm } from '../../src/simd/gemm.js';
import { type Case, computed, expected, relativeError } from './gemm-case.js';
import { storages, stored } from './gemm-matrices.js';
import { builds, kernelsOf, randomFloats } from './heap-arrays.js';

/** Sums of 12 uniform numbers: nearly gaussian, of variance 1. */
function gaussian(count: number, seed: number): Float32Array {
  const parts = randomFloats(12 * count, seed, -0.5, 0.5);
  return Float32Array.from({ length: count }, (_, i) =>
    parts.subarray(12 * i, 12 * i + 12).reduce((x, y) => x + y),
  );
}

function randomCase(sizes: { m: number; n: number; k: number }, storage: Case['storage']): Case {
  const { m, n, k } = sizes;
  const values = gaussian(k * n, 2).map((x) => (storage.kind === 'I8' ? Math.round(x * 30) : x));
  const scales = storage.kind === 'I8' ? { scales: randomFloats(n, 3, 0.01, 0.1) } : {};
  return { ...sizes, storage, a: gaussian(m * k, 1), b: stored(values, storage.kind), ...scales };
}

describe.each(builds)('%s', (build) => {
  test.each(storages)('errors of larger products: B $kind [$layout]', async (storage) => {
    const kernels = await kernelsOf(build);
    const shapes = [
      { m: 257, n: 200, k: 650 },
      { m: 31, n: 97, k: 2000 },
      { m: 1, n: 37, k: 9003 },
      { m: 3, n: 38, k: 6010 },
    ];
    for (const shape of shapes) {
      const given = randomCase(shape, storage);
      const wanted = expected(given);
      expect(relativeError(computed(kernels, given), wanted)).toBeLessThan(1e-6);
      expect(relativeError(computed(kernels, { ...given, arithmetic: 'int16' }), wanted)).toBeLessThan(6e-4);
    }
  });

  test('16-bit integers stand outliers: channels that are 50 and 1,000 times as large', async () => {
    for (const [every, factor] of [
      [200, 50],
      [1000, 1000],
    ] as const) {
      const given = randomCase({ m: 40, n: 64, k: 2000 }, storages[0]);
      const a = Float32Array.from(given.a, (x, i) => ((i % given.k) % every === 7 ? x * factor : x));
      const wanted = expected({ ...given, a });
      expect(
        relativeError(computed(await kernelsOf(build), { ...given, a, arithmetic: 'int16' }), wanted),
      ).toBeLessThan(2e-3);
    }
  });

  test.each(['exact', 'int16'] as const)('everything that can follow a product, %s', async (arithmetic) => {
    const kernels = await kernelsOf(build);
    for (const m of [1, 3, 37]) {
      const n = 45;
      const plain = { ...randomCase({ m, n, k: 130 }, storages[4]), arithmetic };
      const bias = randomFloats(n, 4);
      const scale = randomFloats(n, 5);
      const residual = randomFloats(m * n, 6);
      const before = randomFloats(m * n, 7);
      const tolerance = arithmetic === 'exact' ? 2e-6 : 6e-4;
      for (const extra of [
        { bias },
        { scale },
        { residual },
        { before },
        { bias, scale, residual, before },
      ]) {
        for (const activation of [undefined, 'gelu', 'silu'] as const) {
          const given = { ...plain, ...extra, ...(activation && { activation }) };
          expect(relativeError(computed(kernels, given), expected(given))).toBeLessThan(tolerance);
        }
      }
    }
  });
});

test.each(['rows', 'columns'] as const)('A in %s that is packed in several turns', async (layout) => {
  const [m, n, k] = [285, 2, 32000];
  const [a, b] = [randomFloats(m * k, 1), randomFloats(k * n, 2)];
  const given: Case = { m, n, k, a, b, layout, storage: storages[0], residual: randomFloats(m * n, 3) };
  expect(relativeError(computed(await kernelsOf('relaxed'), given), expected(given))).toBeLessThan(1e-6);
});

test('the residual may be where the result goes', async () => {
  const kernels = await kernelsOf('relaxed');
  const at = kernels.heap.allocate(64);
  kernels.floats(at, 3).set([2, 3, 10]);
  const one = (offset: number) => ({ address: at + 4 * offset, stride: 4 });
  const b = { ...one(1), kind: 'F32', layout: 'kn' } as const;
  gemm(kernels, { m: 1, n: 1, k: 1, a: one(0), b, c: one(2), residual: one(2) });
  expect(kernels.floats(at, 3)[2]).toBe(16);
  kernels.heap.free(at);
});

test('a product without k is what follows it; one without m or n is nothing', async () => {
  const kernels = await kernelsOf('relaxed');
  const bias = randomFloats(11, 1);
  for (const arithmetic of ['exact', 'int16'] as const) {
    for (const m of [1, 4, 33]) {
      for (const storage of storages) {
        const given: Case = {
          ...randomCase({ m, n: 11, k: 0 }, storage),
          bias,
          activation: 'gelu',
          arithmetic,
        };
        expect(relativeError(computed(kernels, given), expected(given))).toBeLessThan(1e-6);
      }
    }
    for (const sizes of [
      { m: 0, n: 5, k: 3 },
      { m: 5, n: 0, k: 3 },
      { m: 0, n: 0, k: 0 },
    ]) {
      expect(computed(kernels, { ...randomCase(sizes, storages[0]), arithmetic })).toHaveLength(0);
    }
  }
});

describe('contradictions', () => {
  const matrix = { address: 128, stride: 40 };
  const good: Gemm = {
    m: 4,
    n: 10,
    k: 10,
    a: matrix,
    b: { ...matrix, kind: 'F32', layout: 'nk' },
    c: matrix,
  };
  test.each<[string, Partial<Gemm>, string]>([
    ['a size that is none', { m: -1 }, 'expected m to be a count, got -1'],
    ['a size that is no integer', { k: 1.5 }, 'expected k to be a count, got 1.5'],
    [
      'rows of A that overlap',
      { k: 11 },
      'rows of A [4, 11] a multiple of 4 and at least 44 bytes apart, got 40',
    ],
    ['rows of C that overlap', { c: { address: 128, stride: 36 } }, 'rows of C [4, 10]'],
    [
      'rows of the residual that overlap',
      { residual: { address: 128, stride: 4 } },
      'rows of residual [4, 10]',
    ],
    [
      'float32 at an odd address',
      { a: { address: 129, stride: 40 } },
      'A at a multiple of 4, got address 129',
    ],
    [
      'narrow weights [k, n]',
      { b: { ...matrix, kind: 'BF16', layout: 'kn' } },
      'expected B [k, n] in F32, got BF16',
    ],
    [
      'int8 without scales',
      { b: { ...matrix, kind: 'I8', layout: 'nk' } },
      'int8 weights with scales, got none',
    ],
    ['scales of float32', { b: { ...good.b, scales: 128 } }, 'scales with int8 weights only, got F32'],
  ])('%s', async (_, change, message) => {
    const kernels = await kernelsOf('relaxed');
    expect(() => gemm(kernels, { ...good, ...change })).toThrow(message);
  });
});
