/**
 * JPEG → RGB bytes, equal to those of libjpeg-turbo and Pillow.
 *
 * Decoded here rather than by jpeg-js, which replicates chroma (up to 79 levels away from libjpeg), mixes the
 * inks of CMYK before they can be upsampled, and fails on some progressive files with restart markers.
 */

import { blankImage, type RgbImage } from '../rgb-image.js';
import { type RowReader, upsampledRows } from './chroma.js';
import { rowToRgb } from './colors.js';
import { type Component, componentsOf, samplesOf } from './components.js';
import { type JpegHeader, readJpegHeader } from './header.js';
import { readScan } from './scan.js';
import { damagedJpeg, SOS, truncatedJpeg } from './segments.js';
import { noTables, readTables } from './tables.js';

/**
 * [Y, X, 3] RGB bytes. EXIF orientation is not applied. Four components are inks stored inverted, as Adobe
 * does.
 *
 * @throws Error for a damaged, truncated or unsupported file, RangeError for sizes beyond the limits.
 */
export function decodeJpeg(bytes: Uint8Array, maxPixels: number): RgbImage {
  const header = readJpegHeader(bytes, maxPixels);
  checkDataSize(header);
  const components = componentsOf(header);
  readScans(header, components);
  return toRgb(header, components);
}

/**
 * A block takes at least a bit, so a file too small for its picture is known before anything is allocated.
 */
function checkDataSize({ width, height, segments }: JpegHeader): void {
  const bytes = segments.reduce((sum, { data }) => sum + data.length, 0);
  if (bytes * 8 < (width / 8) * (height / 8)) throw truncatedJpeg();
}

function readScans(header: JpegHeader, components: readonly Component[]): void {
  const tables = noTables();
  const blocks = components.reduce((sum, { coefficients }) => sum + coefficients.length / 64, 0);
  let visits = 0;
  for (const segment of header.segments) {
    readTables(tables, segment);
    if (segment.marker === SOS) visits += readScan(header, components, tables, segment);
    if (visits > MAX_VISITS * blocks) throw damagedJpeg(`each block is sent more than ${MAX_VISITS} times`);
  }
}

/**
 * A progressive file sends a block about 6 times, at most some 30; a small hostile file could do so thousands
 * of times.
 */
const MAX_VISITS = 64;

function toRgb(header: JpegHeader, components: readonly Component[]): RgbImage {
  const { width, height } = header;
  const readers = components.map(rowsOf);
  const rows = components.map(() => new Uint8Array(width));
  const convert = rowToRgb(header.colorSpace);
  const image = blankImage(width, height);
  for (let y = 0; y < height; y++) {
    for (const [c, row] of rows.entries()) readers[c]?.(y, row);
    convert(rows, image.data, 3 * y * width);
  }
  return image;
}

function rowsOf(component: Component): RowReader {
  if (component.quantization === undefined) throw truncatedJpeg();
  return upsampledRows(samplesOf(component, component.quantization), component.across, component.down);
}
