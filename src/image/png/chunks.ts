/**
 * The parts of a PNG file that its pixels depend on: header, palette, compressed data.
 *
 * Source: PNG specification (W3C), 5 "Datastream structure". Everything else (text, colour profiles,
 * transparency, the later frames of an animated PNG) is passed over, as the official preprocessing makes no
 * use of it.
 */
import { checkHeaderSize } from '../size-limit.js';
import { crc32 } from './checksums.js';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number; // bits a sample
  readonly colorType: number; // 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA
  readonly isInterlaced: boolean;
}

export interface PngParts {
  readonly header: PngHeader;
  readonly palette: Uint8Array | undefined; // [256, 3], of palette pictures only
  readonly data: readonly Uint8Array[]; // the compressed data, in pieces
}

/**
 * Reads the chunks up to IEND; bytes after it are ignored.
 *
 * @throws Error for a damaged or truncated file, RangeError for sizes beyond the limits.
 */
export function readPngParts(bytes: Uint8Array, maxPixels: number): PngParts {
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  const data: Uint8Array[] = [];
  for (const chunk of chunksOf(bytes)) {
    if (header === undefined) header = readHeader(chunk, maxPixels);
    else if (chunk.name === 'IHDR') throw new Error('the PNG is damaged: a second header (IHDR)');
    if (chunk.name === 'PLTE') palette = chunk.content;
    if (chunk.name === 'IDAT') data.push(chunk.content);
  }
  if (header === undefined || data.length === 0) throw new Error('the PNG holds no picture data (IDAT)');
  return { header, data, palette: header.colorType === 3 ? wholePalette(palette) : undefined };
}

/** [256, 3] colours; entries the file leaves out are a ramp of grays, as in Pillow. */
function wholePalette(content: Uint8Array | undefined): Uint8Array {
  if (content === undefined || content.length % 3 !== 0 || content.length > 768) {
    throw new Error(`the PNG has no usable palette (PLTE of ${content?.length ?? 0} bytes)`);
  }
  const palette = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  palette.set(content);
  return palette;
}

interface Chunk {
  readonly name: string;
  readonly content: Uint8Array;
}

/** The chunks the pixels depend on: only their checksums are looked at. */
const USED: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'IDAT']);
const SIGNATURE_BYTES = 8;

function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE_BYTES; ; ) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : 0;
    const end = at + 12 + length;
    if (end > bytes.length) {
      throw new Error(`the PNG is truncated: expected at least ${end} bytes, got ${bytes.length}`);
    }
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[a-zA-Z]{4}$/.test(name)) throw new Error(`the PNG is damaged: no chunk name at byte ${at + 4}`);
    if (USED.has(name) && crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new Error(`the PNG is damaged: wrong checksum of its ${name} chunk`);
    }
    yield { name, content: bytes.subarray(at + 8, end - 4) };
    if (name === 'IEND') return;
    at = end;
  }
}

function readHeader({ name, content }: Chunk, maxPixels: number): PngHeader {
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
