/** The pictures a person hands over, in any form, as RGB. */
import { decodeImage } from '../image/decode.js';
import { checkImage, fromRgba, type RgbaImage, type RgbImage } from '../image/rgb-image.js';
import { isNode } from '../simd/platform.js';
import { type Bitmap, bitmapPixels, isBitmap } from './canvas.js';

/** What is needed of a `Blob` or `File` that holds a JPEG or PNG file. */
export interface PictureBlob {
  readonly size: number;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A path or `file:` URL (in a browser an address), a JPEG or PNG file as its bytes or as a `Blob` or `File`, RGBA
 * pixels (`ImageData`), RGB pixels, or an `ImageBitmap`.
 */
export type Picture = string | URL | Uint8Array | PictureBlob | RgbaImage | RgbImage | Bitmap;

/**
 * Reads or adopts one picture.
 *
 * @throws Error naming the file when it is missing or not an image; TypeError for anything else.
 */
export async function readPicture(picture: Picture, signal?: AbortSignal): Promise<RgbImage> {
  signal?.throwIfAborted();
  if (typeof picture === 'string' || picture instanceof URL) return readFileAsPicture(picture, signal);
  if (picture instanceof Uint8Array) return decodeImage(picture);
  if (isBlob(picture)) return readBlob(picture);
  if (isBitmap(picture)) return fromRgba(bitmapPixels(picture));
  return fromPixels(picture);
}

const isBlob = (picture: Exclude<Picture, string>): picture is PictureBlob =>
  typeof (picture as Partial<PictureBlob> | null)?.arrayBuffer === 'function';

async function readBlob(blob: PictureBlob): Promise<RgbImage> {
  const { name = 'the picture chosen' } = blob as { name?: string }; // a File has one
  return named(name, new Uint8Array(await blob.arrayBuffer()));
}

async function readFileAsPicture(path: string | URL, signal?: AbortSignal): Promise<RgbImage> {
  const { pictureBytes } = isNode ? await import('./node-files.js') : await import('./browser-files.js');
  return named(path, await pictureBytes(path, signal));
}

function named(path: string | URL, bytes: Uint8Array): RgbImage {
  try {
    return decodeImage(bytes);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function fromPixels(picture: RgbaImage | RgbImage): RgbImage {
  const { width, height, data } = picture ?? {};
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new TypeError('expected a path, the bytes of an image file, or { width, height, data }');
  }
  if (data.length === width * height * 4) return fromRgba({ width, height, data });
  const image = { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  checkImage(image);
  return image;
}
