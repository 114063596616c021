/**
 * What a JPEG file says before anything is decoded: size, components, colour space.
 *
 * Source: ITU-T T.81, B.2.2; the colour space is chosen as in libjpeg (`default_decompress_parms`).
 */

import { checkHeaderSize } from '../size-limit.js';
import {
  APP0,
  APP14,
  damagedJpeg,
  EOI,
  type JpegSegment,
  jpegSegments,
  SOS,
  truncatedJpeg,
} from './segments.js';

export interface JpegHeader extends JpegFrame {
  readonly colorSpace: JpegColorSpace;
  readonly segments: readonly JpegSegment[];
}

export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  readonly isProgressive: boolean;
  readonly components: readonly JpegComponent[];
}

export interface JpegComponent {
  readonly id: number;
  readonly h: number; // samples across in one unit, 1–4
  readonly v: number; // samples down
  readonly table: number; // which quantisation table
}

export type JpegColorSpace = 'gray' | 'YCbCr' | 'RGB' | 'CMYK' | 'YCCK';

/**
 * Reads the markers up to the end of the first picture.
 *
 * @throws Error for a damaged, truncated or unsupported file, RangeError for sizes beyond the limits.
 */
export function readJpegHeader(bytes: Uint8Array, maxPixels: number): JpegHeader {
  const segments = [...jpegSegments(bytes)];
  const frames = segments.filter(({ marker }) => isFrame(marker));
  if (!frames[0] || !segments.some(({ marker }) => marker === SOS)) throw truncatedJpeg();
  if (frames.length > 1) throw damagedJpeg('more than one frame header');
  const frame = readFrame(frames[0], maxPixels);
  // A baseline scan that is cut says so itself; a progressive file may miss whole scans.
  if (frame.isProgressive && segments.at(-1)?.marker !== EOI) throw truncatedJpeg();
  return { ...frame, segments, colorSpace: colorSpace(frame.components, segments) };
}

/** SOF0–SOF15; C4, C8 and CC are other things. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readFrame({ marker, content }: JpegSegment, maxPixels: number): JpegFrame {
  if (marker > 0xc2) {
    const kind =
      marker >= 0xc9 ? 'arithmetic coding' : marker === 0xc3 ? 'lossless coding' : 'hierarchical coding';
    throw new Error(`JPEG with ${kind} is not supported; save it as baseline or progressive JPEG`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const count = content[5] ?? 0;
  if (content.length !== 6 + 3 * count) throw damagedJpeg('a frame header of the wrong length');
  if (content[0] !== 8)
    throw new Error(`JPEG with ${content[0]} bits a sample is not supported; save it with 8`);
  const [height, width] = [view.getUint16(1), view.getUint16(3)];
  checkHeaderSize(width, height, maxPixels);
  const components = Array.from({ length: count }, (_, i) => readComponent(content.subarray(6 + 3 * i)));
  checkComponents(components);
  return { width, height, isProgressive: marker === 0xc2, components };
}

function readComponent([id = 0, factors = 0, table = 0]: Uint8Array): JpegComponent {
  const [h, v] = [factors >> 4, factors & 15];
  if (h < 1 || h > 4 || v < 1 || v > 4) throw damagedJpeg(`sampling factors ${h}x${v}`);
  return { id, h, v, table };
}

/** As libjpeg: 1, 3 or 4 components, each sampled at a whole fraction of the finest. */
function checkComponents(components: readonly JpegComponent[]): void {
  const { length } = components;
  if (![1, 3, 4].includes(length)) throw new Error(`expected a JPEG of 1, 3 or 4 components, got ${length}`);
  if (new Set(components.map(({ id }) => id)).size < length) {
    throw damagedJpeg('two components of the same name');
  }
  const [maxH, maxV] = [Math.max(...components.map(({ h }) => h)), Math.max(...components.map(({ v }) => v))];
  if (components.some(({ h, v }) => maxH % h !== 0 || maxV % v !== 0)) {
    throw new Error('JPEG with fractional sampling is not supported; save it with 4:4:4 or 4:2:0 sampling');
  }
}

function colorSpace(components: readonly JpegComponent[], segments: readonly JpegSegment[]): JpegColorSpace {
  const transform = adobeTransform(segments);
  if (components.length === 1) return 'gray';
  if (components.length === 4) return transform === undefined || transform === 0 ? 'CMYK' : 'YCCK';
  if (hasText(segments, APP0, 'JFIF\0')) return 'YCbCr';
  if (transform !== undefined) return transform === 0 ? 'RGB' : 'YCbCr';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'RGB' : 'YCbCr';
}

/** The transform byte of the last Adobe marker: 0 none, 1 YCbCr, 2 YCCK. */
function adobeTransform(segments: readonly JpegSegment[]): number | undefined {
  return segments.findLast((s) => hasText([s], APP14, 'Adobe') && s.content.length >= 12)?.content[11];
}

function hasText(segments: readonly JpegSegment[], marker: number, start: string): boolean {
  const begins = ({ content }: JpegSegment): boolean =>
    String.fromCharCode(...content.subarray(0, start.length)) === start;
  return segments.some((segment) => segment.marker === marker && begins(segment));
}
