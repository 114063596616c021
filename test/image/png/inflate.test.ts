import { constants, deflateSync, inflateSync, crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { crc32 } from '../../../src/image/png/checksums.js';
import { inflate, TooLongError } from '../../../src/image/png/inflate.js';

const ROOM = 2 ** 20;
const { Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED } = constants;

/** Bytes with repetitions near and far, which deflate stores in all of its ways. */
const bytes = fc
  .array(fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.integer({ min: 1, max: 300 })), { maxLength: 12 })
  .map((parts) => Buffer.concat(parts.flatMap(([part, times]) => new Array<Uint8Array>(times).fill(part))));
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED),
  windowBits: fc.integer({ min: 9, max: 15 }),
});

/** The bytes, or that they were refused. */
function outcome(run: () => Uint8Array): number[] | 'refused' {
  try {
    return [...run()];
  } catch {
    return 'refused';
  }
}

test('what zlib compresses comes back, whatever follows it', () => {
  fc.assert(
    fc.property(bytes, options, fc.uint8Array({ maxLength: 5 }), (data, how, rest) => {
      const compressed = Buffer.concat([deflateSync(data, how), rest]);
      expect(Buffer.from(inflate(compressed, ROOM)).equals(data)).toBe(true);
    }),
  );
});

test('of what is damaged or cut, that is refused which zlib refuses', () => {
  const change = fc.record({ at: fc.nat(), to: fc.nat(255), length: fc.nat() });
  fc.assert(
    fc.property(bytes, options, change, (data, how, { at, to, length }) => {
      const compressed = deflateSync(data, how);
      compressed[at % compressed.length] = to;
      const cut = compressed.subarray(0, length % 3 === 0 ? length % compressed.length : compressed.length);
      const ours = outcome(() => inflate(cut, ROOM));
      expect(ours).toEqual(outcome(() => inflateSync(cut)));
    }),
    { numRuns: 2000 },
  );
});

test('no more is inflated than there is room for', () => {
  const compressed = deflateSync(new Uint8Array(1000));
  expect(inflate(compressed, 1000)).toHaveLength(1000);
  expect(() => inflate(compressed, 999)).toThrow(TooLongError);
  expect(() => inflate(deflateSync(new Uint8Array(1000), { level: 0 }), 999)).toThrow(TooLongError);
});

test('checksums are those of zlib', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (data) => crc32(data) === zlibCrc32(data)));
});
