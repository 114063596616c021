import { describe, expect, test } from 'vitest';

import { embeddingBackward, embeddingRows } from '../../src/simd/embedding-rows.js';
import { builds, floatsAt, kernelsOf, randomFloats, withArrays } from './heap-arrays.js';

const VOCABULARY = 11;
const IDS = Int32Array.of(3, 10, 0, 3, 7, 3, 10);

/** Bit patterns of 16-bit numbers, among them subnormal ones, infinities and NaN, two in each int32. */
const patterns = (count: number): Uint16Array =>
  Uint16Array.from({ length: count + (count % 2) }, (_, i) => (i * 40503 + 0x7bff) & 0xffff);

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
const fromBfloat = (bits: number): number => new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? 0;

describe.each(builds)('%s', async (build) => {
  const kernels = await kernelsOf(build);
  function gather(table: Float32Array | Int32Array, kind: 'F32' | 'BF16' | 'F16', n: number, ids = IDS) {
    const rows = ids.length;
    return withArrays(kernels, [table, ids, new Float32Array(rows * n)], (at, pIds, y) => {
      embeddingRows(kernels, { table: at, kind, vocabulary: VOCABULARY, ids: pIds, y, rows, n });
      return floatsAt(kernels, y, rows * n);
    });
  }
  const expectedRows = (n: number, valueAt: (i: number) => number): Float32Array =>
    Float32Array.from({ length: IDS.length * n }, (_, i) =>
      valueAt((IDS[Math.floor(i / n)] ?? 0) * n + (i % n)),
    );

  test('rows of every length and kind', () => {
    for (let n = 0; n <= 70; n++) {
      const table = randomFloats(VOCABULARY * n, n);
      expect(gather(table, 'F32', n)).toEqual(expectedRows(n, (i) => table[i] ?? 0));
      const bits = patterns(VOCABULARY * n);
      const words = new Int32Array(bits.buffer);
      expect(gather(words, 'BF16', n)).toEqual(expectedRows(n, (i) => fromBfloat(bits[i] ?? 0)));
      expect(gather(words, 'F16', n)).toEqual(expectedRows(n, (i) => fromHalf(bits[i] ?? 0)));
    }
  });

  test('gradients of repeated ids add up in their order, on top of what is there', () => {
    for (const n of [...Array(70).keys(), 127, 128, 129, 300]) {
      const [dTable, dy] = [randomFloats(VOCABULARY * n, 1), randomFloats(IDS.length * n, 2)];
      const got = withArrays(kernels, [IDS, dy, dTable], (ids, pdy, at) => {
        const size = { rows: IDS.length, n, vocabulary: VOCABULARY };
        embeddingBackward(kernels, { ids, dy: pdy, dTable: at, ...size });
        return floatsAt(kernels, at, dTable.length);
      });
      const expected = dTable.slice();
      dy.forEach((g, i) => {
        const at = (IDS[Math.floor(i / n)] ?? 0) * n + (i % n);
        expected[at] = (expected[at] ?? 0) + g; // stored in float32 after each addition
      });
      expect(got).toEqual(expected);
    }
  });

  test('an id outside the vocabulary is named, and nothing is written', () => {
    const table = randomFloats(VOCABULARY * 4, 1);
    expect(() => gather(table, 'F32', 4, Int32Array.of(0, 11))).toThrow(RangeError);
    expect(() => gather(table, 'F32', 4, Int32Array.of(0, -1))).toThrow(
      'expected ids of 0…10, got -1 in row 1',
    );
    withArrays(kernels, [Int32Array.of(1, 12), randomFloats(8, 2), table], (ids, dy, dTable) => {
      const job = { ids, dy, dTable, rows: 2, n: 4, vocabulary: VOCABULARY };
      expect(() => embeddingBackward(kernels, job)).toThrow('got 12 in row 1');
      expect(floatsAt(kernels, dTable, table.length)).toEqual(table);
    });
    expect(gather(table, 'F32', 4, new Int32Array(0))).toHaveLength(0);
  });
});
