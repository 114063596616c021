import { describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { encodePng } from '../../src/image/encode-png.js';
import { plain } from './pictures.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

describe('what is not a PNG or JPEG is named, with a remedy', () => {
  test.each([
    ['', 'an empty file'],
    ['GIF89a\x01\0', 'GIF: save it as PNG or JPEG'],
    ['RIFF\x10\0\0\0WEBPVP8 ', 'WebP: save it as PNG or JPEG'],
    ['\0\0\0\x20ftypavif\0\0\0\0', 'AVIF: save it as PNG or JPEG'],
    ['\0\0\0\x20ftypheic\0\0\0\0', 'HEIC: save it as PNG or JPEG'],
    ['\0\0\0\x20ftypisom\0\0\0\0', 'a video (MP4 or QuickTime): extract a frame as PNG or JPEG'],
    ['\x1aE\xdf\xa3\0', 'a video (WebM or Matroska): extract a frame as PNG or JPEG'],
    ['BM\x36\x10\0\0\0\0\0\0', 'BMP: save it as PNG or JPEG'],
    ['II*\0\x08\0', 'TIFF: save it as PNG or JPEG'],
    ['MM\0*\0\0', 'TIFF: save it as PNG or JPEG'],
    ['\0\0\0\x0cJXL \r\n', 'JPEG XL: save it as PNG or JPEG'],
    ['\0\0\0\x0cjP  \r\n', 'JPEG 2000: save it as PNG or JPEG'],
    ['\0\0\x01\0\x01\0', 'an icon (ICO): save it as PNG or JPEG'],
    ['PK\x03\x04\x14\0', 'a ZIP archive: unpack the picture first'],
    ['\x1f\x8b\x08\0', 'a gzip file: unpack the picture first'],
    ['<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'SVG: draw it to PNG'],
    ['\xef\xbb\xbf  <svg viewBox="0 0 1 1"/>', 'SVG: draw it to PNG'],
    ['<!DOCTYPE html><p><svg ></svg>', 'HTML: it is a web page; download the picture itself'],
    ['%PDF-1.7\n', 'PDF: export the page as PNG or JPEG'],
    ['P6\n2 2\n255\n\0\0', 'Netpbm: save it as PNG or JPEG'],
    [
      'version https://git-lfs.github.com/spec/v1\noid',
      'a Git LFS pointer: fetch the file itself with git lfs pull',
    ],
    ['{"a": 1}', 'text: it is not a picture; give a PNG or JPEG file'],
    ['BMW is a car', 'text: it is not a picture; give a PNG or JPEG file'],
    ['\x01\x02\x03\x04\x05', 'an unknown format (first bytes 01 02 03 04)'],
  ])('%j', (text, named) => {
    expect(() => decodeImage(bytes(text))).toThrow(new Error(`expected a PNG or JPEG picture, got ${named}`));
  });
});

describe('limits', () => {
  const picture = encodePng(plain(20, 10, [1, 2, 3]));

  test('a picture of as many pixels as allowed is decoded', () => {
    expect(decodeImage(picture, { maxPixels: 200 })).toEqual(plain(20, 10, [1, 2, 3]));
  });

  test('one with more is refused', () => {
    expect(() => decodeImage(picture, { maxPixels: 199 })).toThrow(
      new RangeError('expected at most 199 pixels (option maxPixels), got 20x10 = 200; scale it down'),
    );
  });

  test('a limit that makes no sense is refused', () => {
    expect(() => decodeImage(picture, { maxPixels: Number.NaN })).toThrow(
      'expected maxPixels of at least 1, got NaN',
    );
  });

  test('a view into a larger buffer is read from where it starts', () => {
    const larger = new Uint8Array(picture.length + 7);
    larger.set(picture, 3);
    expect(decodeImage(larger.subarray(3, 3 + picture.length))).toEqual(plain(20, 10, [1, 2, 3]));
  });
});
