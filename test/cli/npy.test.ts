import { expect, test } from 'vitest';

import { npyBytes } from '../../src/cli/npy.js';

const latin1 = new TextDecoder('latin1');

test('the header is aligned to 64 bytes and says what follows', () => {
  const bytes = npyBytes(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
  expect([...bytes.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const headerLength = (bytes[8] ?? 0) + 256 * (bytes[9] ?? 0);
  expect((10 + headerLength) % 64).toBe(0);
  const header = latin1.decode(bytes.subarray(10, 10 + headerLength));
  expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
  expect(header.endsWith('\n')).toBe(true);
  expect(bytes.length).toBe(10 + headerLength + 24);
});

test('the numbers are little-endian float32 in the order of the rows', () => {
  const bytes = npyBytes(Float32Array.of(0.5, -2), [2]);
  const data = new DataView(bytes.buffer, bytes.length - 8);
  expect([data.getFloat32(0, true), data.getFloat32(4, true)]).toEqual([0.5, -2]);
  expect(latin1.decode(bytes)).toContain("'shape': (2,)");
});

test('a shape that does not fit is refused', () => {
  expect(() => npyBytes(Float32Array.of(1), [2, 3])).toThrow('expected 6 numbers for [2,3], got 1');
});
