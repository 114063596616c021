/** Writes PNG files of any kind, valid or not, from raw scanlines. */
import { crc32, deflateSync } from 'node:zlib';

export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colorType: number;
  readonly interlace?: number;
  readonly palette?: readonly number[];
  /** Scanlines, each with its filter byte in front. */
  readonly raw: readonly number[] | Uint8Array;
  /** Chunks between header and data. */
  readonly before?: readonly Uint8Array[];
  /** The compressed data instead of that of `raw`. */
  readonly compressed?: Uint8Array;
}

export function chunk(name: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

export function pngFile(parts: PngParts): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(parts.width, 0);
  header.writeUInt32BE(parts.height, 4);
  header.set([parts.depth, parts.colorType, 0, 0, parts.interlace ?? 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    ...(parts.before ?? []),
    ...(parts.palette ? [chunk('PLTE', Uint8Array.from(parts.palette))] : []),
    chunk('IDAT', parts.compressed ?? deflateSync(Uint8Array.from(parts.raw))),
    chunk('IEND', new Uint8Array(0)),
  ]);
}
