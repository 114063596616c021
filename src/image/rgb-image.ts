/** The picture every part of the project passes around: RGB bytes, row by row, three bytes a pixel. */

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array; // [Y, X, 3]
}

/** What a canvas gives (`ImageData`): RGBA bytes, row by row, not premultiplied. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray; // [Y, X, 4]
}

/** An all-black picture. Throws RangeError for sizes that are not whole numbers from 1. */
export function blankImage(width: number, height: number): RgbImage & { readonly data: Uint8Array } {
  checkSize(width, height);
  return { width, height, data: new Uint8Array(width * height * 3) };
}

/**
 * RGBA → RGB. Alpha is dropped, not composited, as the official code does (`convert('RGB')` of Pillow).
 *
 * @throws RangeError when the sizes are not whole numbers from 1 or do not fit the data.
 */
export function fromRgba({ width, height, data }: RgbaImage): RgbImage {
  checkSize(width, height);
  checkLength(data.length, width, height, 4);
  const image = blankImage(width, height);
  for (let from = 0, to = 0; to < image.data.length; from += 4, to += 3) {
    image.data[to] = data[from] ?? 0;
    image.data[to + 1] = data[from + 1] ?? 0;
    image.data[to + 2] = data[from + 2] ?? 0;
  }
  return image;
}

/** Throws RangeError unless `image` holds what it says; for pictures that come from outside. */
export function checkImage({ width, height, data }: RgbImage): void {
  checkSize(width, height);
  checkLength(data.length, width, height, 3);
}

function checkSize(width: number, height: number): void {
  const fits = [width, height].every((side) => Number.isInteger(side) && side > 0);
  if (!fits) throw new RangeError(`expected a picture of at least 1x1 pixels, got ${width}x${height}`);
}

function checkLength(length: number, width: number, height: number, channels: 3 | 4): void {
  const expected = width * height * channels;
  if (length === expected) return;
  const kind = channels === 3 ? 'RGB' : 'RGBA';
  throw new RangeError(`expected ${expected} bytes for ${width}x${height} ${kind} pixels, got ${length}`);
}
