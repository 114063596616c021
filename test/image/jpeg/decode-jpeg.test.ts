import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../../src/image/decode.js';

const folder = new URL('../../fixtures/image/jpeg/', import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, folder));
const { cases }: { cases: Record<string, { width: number; height: number; sha256: string }> } = JSON.parse(
  read('expected.json').toString(),
);

describe('kinds of JPEG that libjpeg decodes to the same bytes', () => {
  test.each(Object.entries(cases))('%s', (name, { width, height, sha256 }) => {
    const image = decodeImage(read(`${name}.jpg`));
    expect([image.width, image.height]).toEqual([width, height]);
    expect(createHash('sha256').update(image.data).digest('hex')).toBe(sha256);
  });
});

const file = read('ycc-440.jpg');
const progressive = read('ycc-420-progressive-restart.jpg');

/** Where a marker is. */
const find = (bytes: Buffer, marker: number): number => bytes.indexOf(Uint8Array.of(0xff, marker));

/** A copy whose bytes from `offset` behind `marker` on are others. */
function changed(bytes: Buffer, marker: number, offset: number, values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, find(copy, marker) + offset);
  return copy;
}

/** The file with a segment in front of its frame header. */
function withSegment(marker: number, content: readonly number[]): Buffer {
  const at = find(file, 0xc0);
  const segment = Buffer.from([0xff, marker, 0, content.length + 2, ...content]);
  return Buffer.concat([file.subarray(0, at), segment, file.subarray(at)]);
}

describe('what does not change the picture', () => {
  const pixels = decodeImage(file).data;

  test('EXIF orientation', () => {
    const exif = [
      ...Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0', 'latin1'),
    ];
    expect(decodeImage(withSegment(0xe1, exif)).data).toEqual(pixels);
  });

  test('comments, bytes after the end, and bytes between segments', () => {
    const at = find(file, 0xc0);
    const loose = Buffer.concat([file.subarray(0, at), Buffer.from([1, 2, 0xff, 0xff]), file.subarray(at)]);
    expect(decodeImage(withSegment(0xfe, [1, 2, 3])).data).toEqual(pixels);
    expect(decodeImage(Buffer.concat([file, file])).data).toEqual(pixels);
    expect(decodeImage(loose).data).toEqual(pixels);
  });

  test('a missing end marker, when all the data is there', () => {
    expect(decodeImage(file.subarray(0, -2)).data).toEqual(pixels);
  });
});

describe('damage', () => {
  test.each([
    ['cut in its header', file.subarray(0, 100), 'the JPEG is truncated'],
    ['cut in its data', file.subarray(0, -60), 'the JPEG is truncated'],
    [
      'cut in its data, but ended',
      Buffer.concat([file.subarray(0, -60), file.subarray(-2)]),
      'the JPEG is truncated',
    ],
    [
      'progressive, without its last scan',
      progressive.subarray(0, progressive.lastIndexOf('\xff\xda', undefined, 'latin1')),
      'the JPEG is truncated',
    ],
    [
      'no restart marker',
      Buffer.from(progressive.map((byte) => (byte >= 0xd0 && byte <= 0xd7 ? 0 : byte))),
      'JPEG is',
    ],
    ['only a start marker', Buffer.from([0xff, 0xd8, 0xff]), 'the JPEG is truncated'],
    ['height 0', changed(file, 0xc0, 5, [0, 0]), 'the picture has no pixels (33x0)'],
    [
      'too many pixels',
      changed(file, 0xc0, 5, [0xff, 0xff, 0xff, 0xff]),
      'got 65535x65535 = 4294836225; scale it down',
    ],
    [
      'a large picture in a small file',
      changed(file, 0xc0, 5, [0x1f, 0xff, 0x1f, 0xff]),
      'the JPEG is truncated',
    ],
    ['12 bits', changed(file, 0xc0, 4, [12]), 'JPEG with 12 bits a sample is not supported; save it with 8'],
    ['arithmetic coding', changed(file, 0xc0, 1, [0xc9]), 'JPEG with arithmetic coding is not supported'],
    ['lossless coding', changed(file, 0xc0, 1, [0xc3]), 'JPEG with lossless coding is not supported'],
    ['sampling factors', changed(file, 0xc0, 11, [0x50]), 'the JPEG is damaged: sampling factors 5x0'],
    [
      'fractional sampling',
      changed(file, 0xc0, 11, [0x31, 1, 2, 0x21]),
      'JPEG with fractional sampling is not supported',
    ],
    [
      'two frames',
      withSegment(0xc0, [8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
      'the JPEG is damaged: more than one frame header',
    ],
    ['component twice', changed(file, 0xc0, 13, [1]), 'the JPEG is damaged: two components of the same name'],
    [
      'unknown component',
      changed(file, 0xda, 5, [9]),
      'the JPEG is damaged: a scan of an unknown component 9',
    ],
    [
      'missing quantisation',
      changed(file, 0xc0, 12, [3]),
      'the JPEG is damaged: quantisation table 3 is not defined',
    ],
    ['missing code', changed(file, 0xda, 6, [0x33]), 'the JPEG is damaged: an unknown Huffman code'],
    ['impossible code', changed(file, 0xc4, 5, [9]), 'the JPEG is damaged: an impossible Huffman table'],
    [
      'impossible band',
      changed(progressive, 0xda, 12, [70]),
      'the JPEG is damaged: an impossible progressive scan 0-70',
    ],
  ])('%s', (_name, bytes, message) => {
    expect(() => decodeImage(bytes)).toThrow(message);
  });

  test('a file that sends the same scan over and over is refused', () => {
    const scan = file.subarray(find(file, 0xda), -2);
    const bytes = Buffer.concat([
      file.subarray(0, -2),
      ...Array.from({ length: 70 }, () => scan),
      file.subarray(-2),
    ]);
    expect(() => decodeImage(bytes)).toThrow('the JPEG is damaged: each block is sent more than 64 times');
  });
});
