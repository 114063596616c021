/** The pictures a person hands over, in any form, as RGB. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { decodeImage } from '../image/decode.js';
import { checkImage, fromRgba, type RgbaImage, type RgbImage } from '../image/rgb-image.js';

/** A path or `file:` URL, the bytes of a JPEG or PNG file, RGBA pixels, or RGB pixels. */
export type Picture = string | URL | Uint8Array | RgbaImage | RgbImage;

/**
 * Reads or adopts one picture.
 *
 * @throws Error naming the file when it is missing or not an image; TypeError for anything else.
 */
export async function readPicture(picture: Picture, signal?: AbortSignal): Promise<RgbImage> {
  signal?.throwIfAborted();
  if (typeof picture === 'string' || picture instanceof URL) return readFileAsPicture(picture, signal);
  if (picture instanceof Uint8Array) return decodeImage(picture);
  return fromPixels(picture);
}

async function readFileAsPicture(path: string | URL, signal?: AbortSignal): Promise<RgbImage> {
  const isUrl = path instanceof URL || path.startsWith('file:');
  const file = isUrl ? fileURLToPath(path) : resolve(path);
  const bytes = await readFile(file, signal && { signal }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`${path}: no such file`, { cause: error });
    if (error.code === 'EISDIR')
      throw new Error(`${path}: expected an image file, got a folder`, { cause: error });
    throw error;
  });
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
