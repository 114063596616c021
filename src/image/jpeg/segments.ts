/**
 * A JPEG file cut at its markers, up to the end of the first picture.
 *
 * Source: ITU-T T.81, annex B.1.
 */

export interface JpegSegment {
  readonly marker: number; //      the byte after 0xFF
  readonly content: Uint8Array; // behind the length
  readonly data: Uint8Array; //    of a scan (SOS): the compressed data up to the next marker
}

export const SOI = 0xd8;
export const EOI = 0xd9;
export const SOS = 0xda;
export const DQT = 0xdb;
export const DHT = 0xc4;
export const DRI = 0xdd;
export const APP0 = 0xe0;
export const APP14 = 0xee;

/**
 * The segments after the start marker, the end marker included when it is there. Bytes that belong to no
 * segment are passed over, as libjpeg does.
 *
 * @throws Error when the file ends inside a segment.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  let count = 0;
  for (let at = nextMarker(bytes, 2); at < bytes.length; ) {
    if (++count > MAX_SEGMENTS) throw damagedJpeg(`more than ${MAX_SEGMENTS} segments`);
    const marker = bytes[at + 1] ?? EOI;
    if (marker === EOI) {
      yield { marker, content: NOTHING, data: NOTHING };
      return;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 2 + length;
    if (at + 4 > bytes.length || end > bytes.length) throw truncatedJpeg();
    if (length < 2) throw damagedJpeg(`a segment of length ${length} at byte ${at}`);
    const content = bytes.subarray(at + 4, end);
    at = nextMarker(bytes, end);
    yield { marker, content, data: marker === SOS ? bytes.subarray(end, at) : NOTHING };
  }
}

export function truncatedJpeg(): Error {
  return new Error('the JPEG is truncated: its data end before the picture does');
}

export function damagedJpeg(what: string): Error {
  return new Error(`the JPEG is damaged: ${what}`);
}

/**
 * A picture has some twenty, and a few hundred with a large colour profile; a hostile file could hold
 * millions.
 */
const MAX_SEGMENTS = 2 ** 16;

const NOTHING = new Uint8Array(0);

/**
 * Where the next marker with a meaning of its own starts, or the end: not stuffing, restart, fill or start
 * markers.
 */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    const isRestart = code >= 0xd0 && code <= 0xd7;
    if (code > 0x01 && code !== 0xff && code !== SOI && !isRestart) return at;
  }
  return bytes.length;
}
