/**
 * PNG → RGB bytes, as Pillow gives them.
 *
 * Decoded here rather than by pngjs, which fills a picture whose compressed data is damaged with whatever
 * lies in memory, and inflates interlaced data without a limit.
 */
import { isNode } from '../../simd/platform.js';
import { blankImage, type RgbImage } from '../rgb-image.js';
import { type PngHeader, readPngParts } from './chunks.js';
import { rowConverter } from './colors.js';
import { unfilter } from './filters.js';
import { inflate, TooLongError } from './inflate.js';
import { bitsPerPixel, inflatedBytes, type PngPass, passesOf } from './passes.js';

/**
 * [Y, X, 3] RGB bytes. Alpha and transparent colours are dropped, not composited.
 *
 * @throws Error for a damaged or truncated file, RangeError for sizes beyond the limits.
 */
export function decodePng(bytes: Uint8Array, maxPixels: number): RgbImage {
  const { header, palette, data } = readPngParts(bytes, maxPixels);
  const passes = passesOf(header);
  const raw = decompressed(data, inflatedBytes(passes));
  const image = blankImage(header.width, header.height);
  const convert = rowConverter(header, palette);
  let at = 0;
  for (const pass of passes) {
    unfilter(raw, at, pass, Math.ceil(bitsPerPixel(header) / 8));
    for (let row = 0; row < pass.rows; row++, at += 1 + pass.rowBytes) {
      const samples = raw.subarray(at + 1, at + 1 + pass.rowBytes);
      convert(samples, pass.columns, image.data, pixelAt(header, pass, row), 3 * pass.stepX);
    }
  }
  return image;
}

/** Where the first pixel of a row of a pass lies in the picture. */
function pixelAt({ width }: PngHeader, pass: PngPass, row: number): number {
  return 3 * ((pass.y + row * pass.stepY) * width + pass.x);
}

/** Decompresses to `size` bytes, never to more than that and a little padding. */
function decompressed(data: readonly Uint8Array[], size: number): Uint8Array {
  const compressed = data.reduce((sum, { length }) => sum + length, 0);
  if (compressed * MAX_RATIO < size) throw new Error(truncated(compressed, size));
  let raw: Uint8Array;
  try {
    raw = fastestInflate(joined(data, compressed), size + PADDING);
  } catch (error) {
    throw new Error(`the PNG is damaged: ${reason(error, size)}`);
  }
  if (raw.length < size) throw new Error(truncated(raw.length, size));
  return raw;
}

/** Node has zlib, which is several times as fast, and found without an import, which browsers could not follow. */
const zlib = isNode ? process.getBuiltinModule('node:zlib') : undefined;

/** As `inflate`. */
function fastestInflate(bytes: Uint8Array, limit: number): Uint8Array {
  if (zlib === undefined) return inflate(bytes, limit);
  try {
    return zlib.inflateSync(bytes, { chunkSize: limit, maxOutputLength: limit });
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw isTooLong ? new TooLongError() : error;
  }
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/**
 * No deflate stream expands more than this, so a smaller file is known to be short before anything is
 * allocated.
 */
const MAX_RATIO = 1032;

/** Some encoders write a few rows too many, which is harmless; a bomb writes gigabytes. */
const PADDING = 2 ** 16;

function truncated(got: number, size: number): string {
  return `the PNG is truncated: expected picture data of ${size} bytes, got ${got}`;
}

function reason(error: unknown, size: number): string {
  if (error instanceof TooLongError) return `its data inflates to more than the ${size} bytes of the picture`;
  return error instanceof Error ? error.message : String(error);
}
