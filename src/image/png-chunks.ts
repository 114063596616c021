/**
 * The parts of a PNG file that its pixels depend on: header, palette, compressed data.
 *
 * Source: PNG specification (W3C), 5 "Datastream structure". Everything else (text, colour profiles, transparency, the
 * later frames of an animated PNG) is passed over, as the official preprocessing makes no use of it.
 */
import { checkHeaderSize } from './size-limit.js';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number; // bits a sample
  readonly colorType: number; // 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA
  readonly isInterlaced: boolean;
}

export interface PngParts {
  readonly header: PngHeader;
  readonly chunks: readonly PngChunk[]; // IHDR, PLTE of a palette picture, IDAT…, IEND, in this order
}

/** A whole chunk as it lies in the file: length, name, content, checksum. */
export interface PngChunk {
  readonly name: string;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/**
 * Reads the chunks up to IEND; bytes after it are ignored.
 *
 * @throws Error for a damaged or truncated file, RangeError for sizes beyond the limits.
 */
export function readPngParts(bytes: Uint8Array, maxPixels: number): PngParts {
  const chunks: PngChunk[] = [];
  let header: PngHeader | undefined;
  for (const chunk of chunksOf(bytes)) {
    if (header === undefined) header = readHeader(chunk, maxPixels);
    const isNeeded = chunk.name !== 'PLTE' || header.colorType === 3;
    if (KEPT.has(chunk.name) && isNeeded) chunks.push(chunk);
  }
  const names = chunks.map(({ name }) => name);
  if (header === undefined || !names.includes('IDAT'))
    throw new Error('the PNG holds no picture data (IDAT)');
  if (names.lastIndexOf('IHDR') > 0) throw new Error('the PNG is damaged: a second header (IHDR)');
  return { header, chunks };
}

const KEPT: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
const SIGNATURE_BYTES = 8;

function* chunksOf(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; ; ) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : 0;
    const end = at + 12 + length;
    if (end > bytes.length) {
      throw new Error(`the PNG is truncated: expected at least ${end} bytes, got ${bytes.length}`);
    }
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[a-zA-Z]{4}$/.test(name)) throw new Error(`the PNG is damaged: no chunk name at byte ${at + 4}`);
    yield { name, content: bytes.subarray(at + 8, end - 4), whole: bytes.subarray(at, end) };
    if (name === 'IEND') return;
    at = end;
  }
}

function readHeader({ name, content }: PngChunk, maxPixels: number): PngHeader {
  if (name !== 'IHDR' || content.length !== 13) {
    throw new Error(`expected the PNG header (IHDR, 13 bytes), got ${name} of ${content.length} bytes`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colorType = 0, compression, filter, interlace = 0] = content.subarray(8);
  if (!DEPTHS[colorType]?.includes(depth)) {
    throw new Error(`the PNG has an impossible colour type ${colorType} with ${depth} bits a sample`);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    throw new Error(
      `the PNG has an unknown compression ${compression}, filter ${filter} or interlace ${interlace}`,
    );
  }
  checkHeaderSize(width, height, maxPixels);
  return { width, height, depth, colorType, isInterlaced: interlace === 1 };
}

/** Bits a sample that each colour type allows (PNG specification, 11.2.1). */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};
