import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Plane, upsampledRows } from '../../../src/image/jpeg/chroma.js';

function rows(plane: Plane, across: number, down: number): number[][] {
  const read = upsampledRows(plane, across, down);
  return Array.from({ length: plane.height * down }, (_, y) => {
    const row = new Uint8Array(plane.width * across);
    read(y, row);
    return [...row];
  });
}

const plane = (...lines: number[][]): Plane => {
  const width = lines[0]?.length ?? 0;
  return { width, height: lines.length, stride: width, data: Uint8Array.from(lines.flat()) };
};

describe('upsampling', () => {
  test('across: three quarters of the sample, one of its neighbour', () => {
    expect(rows(plane([0, 100, 200]), 2, 1)).toEqual([[0, 25, 75, 125, 175, 200]]);
  });

  test('down: the same', () => {
    expect(rows(plane([0], [100]), 1, 2)).toEqual([[0], [25], [75], [100]]);
  });

  test('both: the product of the two', () => {
    expect(rows(plane([0, 0, 0], [160, 160, 160]), 2, 2).map((row) => row[2])).toEqual([0, 40, 120, 160]);
  });

  test('other factors, and planes of two columns, repeat samples', () => {
    expect(rows(plane([1, 2]), 4, 1)).toEqual([[1, 1, 1, 1, 2, 2, 2, 2]]);
    expect(rows(plane([0, 100]), 2, 1)).toEqual([[0, 0, 100, 100]]);
  });

  test('a plane of one level keeps it, within the range of the samples otherwise', () => {
    const size = fc.integer({ min: 1, max: 9 });
    const factor = fc.constantFrom(1, 2, 4);
    fc.assert(
      fc.property(size, size, factor, factor, fc.nat(255), fc.nat(255), (w, h, across, down, a, b) => {
        const lines = Array.from({ length: h }, (_, y) =>
          Array.from({ length: w }, (_, x) => ((x + y) % 2 ? a : b)),
        );
        const levels = rows(plane(...lines), across, down).flat();
        expect(Math.min(...levels)).toBeGreaterThanOrEqual(Math.min(a, b));
        expect(Math.max(...levels)).toBeLessThanOrEqual(Math.max(a, b));
      }),
    );
  });
});
