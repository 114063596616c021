/** PNG → RGB bytes, as Pillow gives them. The compressed data is decoded by pngjs; what it means is decided here. */
import { crc32, inflateSync } from 'node:zlib';

import { PNG } from 'pngjs';

import { type PngChunk, type PngHeader, readPngParts } from './png-chunks.js';
import { blankImage, type RgbImage } from './rgb-image.js';

/**
 * [Y, X, 3] RGB bytes. 16 bits a sample become 8 by their high byte, except gray ones, which saturate at 255 (Pillow);
 * alpha and transparent colours are dropped.
 *
 * @throws Error for a damaged or truncated file, RangeError for sizes beyond the limits.
 */
export function decodePng(bytes: Uint8Array, maxPixels: number): RgbImage {
  const { header, chunks } = readPngParts(bytes, maxPixels);
  for (const chunk of chunks) checkSum(chunk);
  if (header.isInterlaced) checkInflatedSize(header, chunks);
  const samples = readSamples(header, chunks);
  return toRgb(header, samples, readPalette(header, chunks));
}

function checkSum({ name, content, whole }: PngChunk): void {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const stored = view.getUint32(8 + content.length);
  if (crc32(whole.subarray(4, 8 + content.length)) === stored) return;
  throw new Error(`the PNG is damaged: wrong checksum of its ${name} chunk`);
}

/** pngjs inflates interlaced data without a limit, so the limit is tried first. */
function checkInflatedSize(
  { width, height, depth, colorType }: PngHeader,
  chunks: readonly PngChunk[],
): void {
  const perRow = Math.ceil((width * depth * (CHANNELS[colorType] ?? 1)) / 8) + 8; // 7 passes round up
  const data = Buffer.concat(chunks.filter(({ name }) => name === 'IDAT').map(({ content }) => content));
  try {
    inflateSync(data, { maxOutputLength: (perRow + 2) * (height + 8) * 2 });
  } catch (error) {
    throw new Error(`the PNG is damaged: ${message(error)}`);
  }
}

/** RGBA samples as stored: bits are not rescaled, palette indices are not looked up. */
function readSamples(header: PngHeader, chunks: readonly PngChunk[]): Uint8Array | Uint16Array {
  const kept = chunks.filter(({ name }) => name !== 'PLTE').map(({ whole }) => Buffer.from(whole));
  if (header.colorType === 3 && kept[0]) kept[0][17] = 0; // indices are read as gray
  const file = Buffer.concat([SIGNATURE, ...kept]);
  try {
    return PNG.sync.read(file, { skipRescale: true, checkCRC: false }).data;
  } catch (error) {
    throw new Error(`the PNG is damaged: ${message(error)}`);
  }
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** [256, 3] colours; entries the file leaves out are a ramp of grays, as in Pillow. */
function readPalette(header: PngHeader, chunks: readonly PngChunk[]): Uint8Array | undefined {
  if (header.colorType !== 3) return undefined;
  const content = chunks.find(({ name }) => name === 'PLTE')?.content;
  if (content === undefined || content.length % 3 !== 0 || content.length > 768) {
    throw new Error(`the PNG has no usable palette (PLTE of ${content?.length ?? 0} bytes)`);
  }
  const palette = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  palette.set(content);
  return palette;
}

function toRgb(header: PngHeader, samples: ArrayLike<number>, palette: Uint8Array | undefined): RgbImage {
  const image = blankImage(header.width, header.height);
  const toByte = byteOf(header);
  for (let from = 0, to = 0; to < image.data.length; from += 4, to += 3) {
    for (let c = 0; c < 3; c++) {
      const sample = samples[from + c] ?? 0;
      image.data[to + c] = palette ? (palette[sample * 3 + c] ?? 0) : toByte(sample);
    }
  }
  return image;
}

/** How a stored sample becomes a byte. */
function byteOf({ depth, colorType }: PngHeader): (sample: number) => number {
  if (depth === 8) return (sample) => sample;
  if (depth === 16) return colorType === 0 ? (sample) => Math.min(sample, 255) : (sample) => sample >> 8;
  return (sample) => (sample * 255) / (2 ** depth - 1);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
