/** File → pixels: PNG and JPEG, as Pillow's `Image.open(...).convert('RGB')` gives them. */
import { sniffFormat } from './format.js';
import { decodeJpeg } from './jpeg/decode-jpeg.js';
import { decodePng } from './png/decode-png.js';
import type { RgbImage } from './rgb-image.js';

export interface DecodeOptions {
  /** Pictures with more pixels are refused from their header, before anything is decoded. Default: 2²⁶. */
  readonly maxPixels?: number;
}

/**
 * 8192×8192: more than the 50 megapixels of a camera, and at most some 1.3 GB while decoding, beside the
 * file.
 */
export const MAX_PIXELS = 2 ** 26;

/**
 * Decodes a PNG or JPEG file: [Y, X, 3] RGB bytes. Alpha is dropped, not composited; EXIF orientation is not
 * applied; of an animated PNG the first frame counts. All of it is what the official preprocessing does.
 *
 * @throws Error with one line that names the problem (not the file): not a picture, another format,
 *   truncated, damaged; RangeError when it has no pixels or more than `maxPixels`.
 */
export function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): RgbImage {
  const maxPixels = options.maxPixels ?? MAX_PIXELS;
  if (!(maxPixels >= 1)) throw new RangeError(`expected maxPixels of at least 1, got ${maxPixels}`);
  const format = sniffFormat(bytes);
  if (format === 'png') return decodePng(bytes, maxPixels);
  if (format === 'jpeg') return decodeJpeg(bytes, maxPixels);
  throw new Error(`expected a PNG or JPEG picture, got ${describe(bytes, format)}`);
}

function describe(bytes: Uint8Array, format: { name: string; remedy: string } | undefined): string {
  if (bytes.length === 0) return 'an empty file';
  if (format) return `${format.name}: ${format.remedy}`;
  const head = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0'));
  return `an unknown format (first bytes ${head.join(' ')})`;
}
