import { afterEach, describe, expect, test } from 'vitest';

import { type Gemm, gemm } from '../../src/simd/gemm.js';
import type { Kernels } from '../../src/simd/kernels.js';
import { Matrices, storages, transposed } from './gemm-matrices.js';
import { builds, kernelsOf } from './heap-arrays.js';

const most = 70;
const sentinel = 12345;

/** Whole numbers, so that every sum is exact. A part of A, [m, k], meets a part of B, [k, n]. */
const a = Float32Array.from({ length: most * most }, (_, i) => ((i * 37 + Math.floor(i / 9)) % 9) - 4);
const b = Float32Array.from({ length: most * most }, (_, i) => ((i * 53 + Math.floor(i / 7)) % 7) - 3);
const scales = Float32Array.from({ length: most }, (_, i) => 2 ** -(i % 3));
const sums = partialSums();

/** sums[k][m][n] = Σ over the first k of A[m, ·]·B[·, n]. */
function partialSums(): Float64Array[] {
  const all = [new Float64Array(most * most)];
  for (let k = 0; k < most; k++) {
    const before = all[k] as Float64Array; // pushed in the round before
    all.push(
      before.map(
        (sum, i) => sum + Number(a[Math.floor(i / most) * most + k]) * Number(b[k * most + (i % most)]),
      ),
    );
  }
  return all;
}

let matrices: Matrices;
afterEach(() => matrices.free());

interface Case {
  readonly b: (typeof storages)[number];
  readonly layout: 'rows' | 'columns';
  readonly arithmetic: 'exact' | 'int16';
}

/** Multiplies parts of the same matrices, and compares. */
function parts(kernels: Kernels, { b: storage, layout, arithmetic }: Case) {
  matrices = new Matrices(kernels);
  const left = matrices.matrix(layout === 'rows' ? a : transposed(a, most), most);
  const right = matrices.matrix(storage.layout === 'kn' ? b : transposed(b, most), most, storage.kind);
  const weightScales = storage.kind === 'I8' ? { scales: matrices.vector(scales) } : {};
  const stride = 4 * (most + 1);
  const c = matrices.vector(new Float32Array((most + 1) * (most + 1)));
  return (m: number, n: number, k: number): void => {
    kernels.floats(c, (m + 1) * (most + 1)).fill(sentinel);
    const product: Gemm = {
      ...{ m, n, k, arithmetic, a: { ...left, layout }, c: { address: c, stride } },
      b: { ...right, ...storage, ...weightScales },
    };
    gemm(kernels, product);
    // Rounding both sides, a product of at most 4 and 3 is off by 12/2895 at most; beside int8, A has 15 bits
    const rounding = storage.kind === 'I8' ? 12.1 / 32767 : 12.1 / 2895;
    const tolerance = arithmetic === 'exact' ? 0 : k * rounding;
    const wrong = firstWrong(
      kernels.floats(c, (m + 1) * (most + 1)),
      [m, n, k],
      tolerance,
      'scales' in weightScales,
    );
    if (wrong) throw new Error(`${JSON.stringify(product)}: ${wrong}`);
  };
}

/** Where C [m, n] is not what it should be, or what lies after its rows and columns was touched. */
function firstWrong(
  c: Float32Array,
  [m, n, k]: [number, number, number],
  tolerance: number,
  isScaled: boolean,
): string | undefined {
  const expected = sums[k] as Float64Array; // k ≤ most
  for (let row = 0; row <= m; row++) {
    for (let column = 0; column <= n; column++) {
      const got = Number(c[row * (most + 1) + column]);
      const isInside = row < m && column < n;
      const scale = isScaled ? Number(scales[column]) : 1;
      const want = isInside ? Number(expected[row * most + column]) * scale : sentinel;
      if (!(Math.abs(got - want) <= (isInside ? tolerance * scale : 0)))
        return `expected ${want} at [${row}, ${column}], got ${got}`;
    }
  }
  return undefined;
}

describe.each(builds)('%s', (build) => {
  describe.each(['exact', 'int16'] as const)('%s', (arithmetic) => {
    describe.each(['rows', 'columns'] as const)('A in %s', (layout) => {
      test.each(storages)('every pair of m, n and k from 1 to 70: B $kind [$layout]', async (storage) => {
        const multiply = parts(await kernelsOf(build), { b: storage, layout, arithmetic });
        for (let m = 1; m <= most; m++) {
          for (let n = 1; n <= most; n++) multiply(m, n, 1 + ((m + n) % most));
        }
      });
    });
  });
});

test('every m, n and k from 1 to 70', async () => {
  const multiply = parts(await kernelsOf('relaxed'), { b: storages[0], layout: 'rows', arithmetic: 'exact' });
  let count = 0;
  for (let m = 1; m <= most; m++) {
    for (let n = 1; n <= most; n++) {
      for (let k = 1; k <= most; k++, count++) multiply(m, n, k);
    }
  }
  expect(count).toBe(most ** 3);
});

/** Pairs above leave out most triples of few rows, which have kernels of their own. */
test.each(storages)('up to 11 rows with every n and k from 1 to 70: B $kind [$layout]', async (storage) => {
  const kernels = await kernelsOf('relaxed');
  for (const arithmetic of ['exact', 'int16'] as const) {
    const multiply = parts(kernels, { b: storage, layout: 'rows', arithmetic });
    for (let m = 1; m <= 11; m++) {
      for (let n = 1; n <= most; n++) for (let k = 1; k <= most; k++) multiply(m, n, k);
    }
    matrices.free();
  }
});
