/** Which format a file is in, told from its first bytes and never from its name. */

/** Formats that are decoded. */
export type ImageFormat = 'png' | 'jpeg';

/** Something that is not decoded, and what its owner can do. */
export interface ForeignFormat {
  readonly name: string;
  readonly remedy: string;
}

/** What the bytes look like: a format that is decoded, another one, or (undefined) nothing known. */
export function sniffFormat(bytes: Uint8Array): ImageFormat | ForeignFormat | undefined {
  const head = latin1(bytes.subarray(0, 1024));
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  const text = TEXTS.find(([pattern]) => pattern.test(head));
  if (text) return { name: text[1], remedy: text[2] };
  const binary = SIGNATURES.find(([at, starts]) => head.startsWith(starts, at));
  return binary && { name: binary[2], remedy: binary[3] };
}

const SAVE = 'save it as PNG or JPEG';
const FRAME = 'extract a frame as PNG or JPEG';
const UNPACK = 'unpack the picture first';

/** Offset, text found there (as Latin-1), name, remedy; the first that fits wins. */
const SIGNATURES: ReadonlyArray<readonly [number, string, string, string]> = [
  [0, 'GIF8', 'GIF', SAVE],
  [8, 'WEBP', 'WebP', SAVE],
  [4, 'ftypavi', 'AVIF', SAVE],
  [4, 'ftyphe', 'HEIC', SAVE],
  [4, 'ftypmif1', 'HEIC', SAVE],
  [4, 'ftypmsf1', 'HEIC', SAVE],
  [4, 'ftyp', 'a video (MP4 or QuickTime)', FRAME],
  [0, '\x1aE\xdf\xa3', 'a video (WebM or Matroska)', FRAME],
  [0, 'BM', 'BMP', SAVE],
  [0, 'II*\0', 'TIFF', SAVE],
  [0, 'MM\0*', 'TIFF', SAVE],
  [0, '\xff\x0a', 'JPEG XL', SAVE],
  [4, 'JXL ', 'JPEG XL', SAVE],
  [4, 'jP  ', 'JPEG 2000', SAVE],
  [0, '\xff\x4f\xff\x51', 'JPEG 2000', SAVE],
  [0, '8BPS', 'Photoshop', SAVE],
  [0, '\0\0\x01\0', 'an icon (ICO)', SAVE],
  [0, 'qoif', 'QOI', SAVE],
  [0, 'PK\x03\x04', 'a ZIP archive', UNPACK],
  [0, '\x1f\x8b', 'a gzip file', UNPACK],
];

/** Looked for first: the last says that every byte is a printable one, which no picture begins with. */
const TEXTS: ReadonlyArray<readonly [RegExp, string, string]> = [
  [/^(ï»¿)?\s*(<svg|<!doctype svg|<(\?xml|!--)[\s\S]*<svg)[\s>]/i, 'SVG', 'draw it to PNG'],
  [/^(ï»¿)?\s*<(!doctype html|html|head|body)/i, 'HTML', 'it is a web page; download the picture itself'],
  [/^%PDF-/, 'PDF', 'export the page as PNG or JPEG'],
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer', 'fetch the file itself with git lfs pull'],
  [/^P[1-7]\s/, 'Netpbm', SAVE],
  [/^[\t\n\r -~]+$/, 'text', 'it is not a picture; give a PNG or JPEG file'],
];

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}
