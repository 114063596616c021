import { deflateSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../../src/image/decode.js';
import { chunk, type PngParts, pngFile } from './png-file.js';

const gray = { width: 2, height: 1, depth: 8, colorType: 0, raw: [0, 7, 200] } as const;
const decoded = (parts: PngParts): number[] => [...decodeImage(pngFile(parts)).data];
const levels = (...values: number[]): number[] => values.flatMap((value) => [value, value, value]);

describe('kinds of samples', () => {
  test.each([
    ['1 bit', { ...gray, width: 3, depth: 1, raw: [0, 0b10100000] }, levels(255, 0, 255)],
    ['2 bits', { ...gray, width: 4, depth: 2, raw: [0, 0b00011011] }, levels(0, 85, 170, 255)],
    ['4 bits', { ...gray, width: 2, depth: 4, raw: [0, 0x2f] }, levels(0x22, 255)],
    ['8 bits', gray, levels(7, 200)],
    ['16 bits saturate', { ...gray, depth: 16, raw: [0, 0, 9, 1, 0] }, levels(9, 255)],
    ['gray with alpha', { ...gray, colorType: 4, raw: [0, 7, 0, 200, 255] }, levels(7, 200)],
    [
      '16 bits with alpha: high byte',
      { ...gray, depth: 16, colorType: 4, raw: [0, 7, 99, 0, 0, 8, 9, 0, 0] },
      levels(7, 8),
    ],
  ])('gray, %s', (_name, parts, expected) => {
    expect(decoded(parts)).toEqual(expected);
  });

  test.each([
    ['8 bits', { depth: 8, colorType: 2, raw: [0, 1, 2, 3, 4, 5, 6] }],
    ['16 bits: high byte', { depth: 16, colorType: 2, raw: [0, 1, 99, 2, 99, 3, 99, 4, 99, 5, 99, 6, 99] }],
    ['alpha dropped', { depth: 8, colorType: 6, raw: [0, 1, 2, 3, 0, 4, 5, 6, 128] }],
    [
      '16 bits, alpha dropped',
      { depth: 16, colorType: 6, raw: [0, 1, 0, 2, 0, 3, 0, 0, 0, 4, 0, 5, 0, 6, 0, 9, 9] },
    ],
    ['palette', { depth: 2, colorType: 3, palette: [9, 9, 9, 1, 2, 3, 4, 5, 6], raw: [0, 0b01100000] }],
  ])('colour, %s', (_name, parts) => {
    expect(decoded({ width: 2, height: 1, ...parts })).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a palette index beyond the palette is gray', () => {
    expect(decoded({ ...gray, colorType: 3, palette: [1, 2, 3], raw: [0, 0, 77] })).toEqual([
      1, 2, 3, 77, 77, 77,
    ]);
  });

  test('a transparent colour keeps its colour', () => {
    const transparent = chunk('tRNS', Uint8Array.of(0, 7));
    expect(decoded({ ...gray, before: [transparent] })).toEqual(levels(7, 200));
  });
});

describe('rows', () => {
  test('each filter undoes itself', () => {
    // Every row is 10 20 30: written with the filters none, left, above, mean, Paeth.
    const raw = [0, 10, 20, 30, 1, 10, 10, 10, 2, 0, 0, 0, 3, 5, 5, 5, 4, 0, 0, 0];
    expect(decoded({ ...gray, width: 3, height: 5, raw })).toEqual(
      Array.from({ length: 5 }, () => levels(10, 20, 30)).flat(),
    );
  });

  test('an interlaced picture smaller than a pass leaves the pass out', () => {
    // 3×2: pass 1 holds (0,0), pass 4 (2,0), pass 6 (1,0), pass 7 the second row.
    const raw = [0, 1, 0, 3, 0, 2, 0, 4, 5, 6];
    expect(decoded({ ...gray, width: 3, height: 2, interlace: 1, raw })).toEqual(levels(1, 2, 3, 4, 5, 6));
  });

  test('of an animation the first picture counts', () => {
    const control = chunk('acTL', Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0));
    const frame = chunk('fdAT', Uint8Array.from([0, 0, 0, 1, ...deflateSync(Uint8Array.of(0, 99, 99))]));
    expect(decoded({ ...gray, before: [control, frame] })).toEqual(levels(7, 200));
  });

  test('bytes after the end do not matter', () => {
    expect([...decodeImage(Buffer.concat([pngFile(gray), Buffer.from('more')])).data]).toEqual(
      levels(7, 200),
    );
  });
});

describe('damage', () => {
  const file = pngFile(gray);
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(file);
    copy[at] = value;
    return copy;
  };

  test.each([
    ['cut in the middle', file.subarray(0, 40), 'the PNG is truncated: expected at least 45 bytes, got 40'],
    ['cut before its end', file.subarray(0, -12), 'the PNG is truncated'],
    ['checksum', changed(44, 0), 'the PNG is damaged: wrong checksum of its IDAT chunk'],
    ['chunk name', changed(37, 0), 'the PNG is damaged: no chunk name at byte 37'],
    [
      'no data',
      Buffer.concat([file.subarray(0, 33), file.subarray(-12)]),
      'the PNG holds no picture data (IDAT)',
    ],
    [
      'not deflated',
      pngFile({ ...gray, compressed: Buffer.from('not zlib') }),
      'damaged: incorrect header check',
    ],
    [
      'data too short',
      pngFile({ ...gray, raw: [0, 7] }),
      'the PNG is truncated: expected picture data of 3 bytes, got 2',
    ],
    ['filter', pngFile({ ...gray, raw: [5, 7, 200] }), 'the PNG is damaged: row filter 5'],
    ['no palette', pngFile({ ...gray, colorType: 3 }), 'the PNG has no usable palette (PLTE of 0 bytes)'],
    ['depth', pngFile({ ...gray, depth: 3 }), 'the PNG has an impossible colour type 0 with 3 bits a sample'],
    [
      'colour type',
      pngFile({ ...gray, colorType: 7 }),
      'the PNG has an impossible colour type 7 with 8 bits a sample',
    ],
    [
      'interlace',
      pngFile({ ...gray, interlace: 2 }),
      'the PNG has an unknown compression 0, filter 0 or interlace 2',
    ],
    ['no width', pngFile({ ...gray, width: 0 }), 'the picture has no pixels (0x1)'],
    [
      'one long column',
      pngFile({ ...gray, width: 1, height: 70_000 }),
      'expected sides of at most 65535 pixels, got 1x70000',
    ],
    ['pixels', pngFile({ ...gray, width: 9000, height: 9000 }), 'got 9000x9000 = 81000000; scale it down'],
  ])('%s', (_name, bytes, message) => {
    expect(() => decodeImage(bytes)).toThrow(message);
  });

  test('a small file of a large picture is known to be short before anything is allocated', () => {
    const before = process.memoryUsage().arrayBuffers;
    const bytes = pngFile({ ...gray, width: 8000, height: 8000, depth: 16, colorType: 6 });
    expect(() => decodeImage(bytes)).toThrow(
      'the PNG is truncated: expected picture data of 512008000 bytes',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  test.each([0, 1])('data that inflates to more than the picture is refused (interlace %i)', (interlace) => {
    const compressed = deflateSync(new Uint8Array(5_000_000));
    expect(() => decodeImage(pngFile({ ...gray, interlace, compressed }))).toThrow(
      /its data inflates to more than the \d bytes/,
    );
  });

  test('a few rows too many do no harm', () => {
    expect(decoded({ ...gray, raw: [0, 7, 200, 0, 1, 1, 0, 2, 2] })).toEqual(levels(7, 200));
  });
});
