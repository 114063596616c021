/**
 * Files that were changed, cut, or never were pictures: always a picture or an Error of one line, never a
 * hang.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';

const fixtures = join(import.meta.dirname, '../fixtures');
const files = [
  'reference/preprocess/png-interlaced/image.png',
  'reference/preprocess/png-1bit/image.png',
  'reference/preprocess/png-palette-transparency/image.png',
  'image/jpeg/ycck-422-progressive.jpg',
  'image/jpeg/ycc-420-progressive-restart.jpg',
  'image/jpeg/gray-2x2-restart.jpg',
  'image/jpeg/cmyk-420.jpg',
].map((name) => ({ name, bytes: readFileSync(join(fixtures, name)) }));

/** What decoding ends with; anything but a picture or a plain one-line Error fails the test. */
function outcome(bytes: Uint8Array): 'picture' | 'error' {
  try {
    const { width, height, data } = decodeImage(bytes, { maxPixels: 2 ** 20 });
    expect(data.length).toBe(width * height * 3);
    return 'picture';
  } catch (error) {
    if (!(error instanceof Error) || ![Error, RangeError].includes(error.constructor as ErrorConstructor))
      throw error;
    expect(error.message).toMatch(/^[^\n]{10,200}$/);
    return 'error';
  }
}

test('random bytes are not pictures', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => outcome(bytes) === 'error'));
});

test.each(['\x89PNG\r\n\x1a\n', '\xff\xd8\xff'])('nor are they behind the signature %j', (signature) => {
  const start = Buffer.from(signature, 'latin1');
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      (bytes) => outcome(Buffer.concat([start, bytes])) === 'error',
    ),
  );
});

describe.each(files)('$name', ({ bytes }) => {
  test('cut anywhere before its last bytes is an error', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 20), (length) => outcome(bytes.subarray(0, length)) === 'error'),
    );
  });

  test('changed anywhere is a picture or an error', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const copy = Buffer.from(bytes);
        for (const [at, value] of changes) copy[at] = value;
        expect(['picture', 'error']).toContain(outcome(copy));
      }),
      { numRuns: 200 },
    );
  });

  test('with a piece taken out or sent twice is a picture or an error', () => {
    const place = fc.nat(bytes.length);
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        const pieces = [
          bytes.subarray(0, a),
          bytes.subarray(Math.min(b, c), Math.max(b, c)),
          bytes.subarray(b),
        ];
        expect(['picture', 'error']).toContain(outcome(Buffer.concat(pieces)));
      }),
    );
  });
});
