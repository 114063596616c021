/**
 * A JPEG file cut at its markers, up to the end of the first picture.
 *
 * Source: ITU-T T.81, annex B.1.
 */

/** A marker with its content; a scan (SOS) also holds the compressed data that follows it. */
export interface JpegSegment {
  readonly marker: number; // the byte after 0xFF
  readonly content: Uint8Array; // after the length
  readonly whole: Uint8Array;
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
 * The segments after the start marker, the end marker included when it is there. Bytes between segments that belong to
 * none are passed over, as libjpeg does.
 *
 * @throws Error when the file ends inside a segment.
 */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  for (let at = nextMarker(bytes, 2); at < bytes.length; ) {
    const marker = bytes[at + 1] ?? EOI;
    if (marker === EOI) {
      yield { marker, content: NOTHING, whole: bytes.subarray(at, at + 2) };
      return;
    }
    const start = at + 4;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    const end = at + 2 + length;
    if (end > bytes.length || start > bytes.length) throw truncatedJpeg(bytes);
    if (length < 2) throw new Error(`the JPEG is damaged: a segment of length ${length} at byte ${at}`);
    at = nextMarker(bytes, end);
    const stop = marker === SOS ? at : end;
    yield { marker, content: bytes.subarray(start, end), whole: bytes.subarray(start - 4, stop) };
  }
}

export function truncatedJpeg(bytes: Uint8Array): Error {
  return new Error(`the JPEG is truncated: its ${bytes.length} bytes end before the picture does`);
}

const NOTHING = new Uint8Array(0);

/** Where the next marker with a meaning of its own starts, or the end: not stuffing, restart, fill or start markers. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    const isRestart = code >= 0xd0 && code <= 0xd7;
    if (code > 0x01 && code !== 0xff && code !== SOI && !isRestart) return at;
  }
  return bytes.length;
}
