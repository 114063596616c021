/** Pictures that a browser has decoded already. */
import type { RgbaImage } from '../image/rgb-image.js';

/** What is needed of an `ImageBitmap`. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  close(): void;
}

export const isBitmap = (picture: unknown): picture is Bitmap =>
  typeof picture === 'object' && picture !== null && 'close' in picture;

/** Its pixels, by a canvas: the bitmap stays open. @throws TypeError where there is no canvas. */
export function bitmapPixels(bitmap: Bitmap): RgbaImage {
  const { width, height } = bitmap;
  if (typeof OffscreenCanvas === 'undefined') {
    throw new TypeError(
      'expected a browser with OffscreenCanvas for an ImageBitmap, got none: give the file itself',
    );
  }
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new TypeError(`expected room for a canvas of ${width}x${height}, got none`);
  context.drawImage(bitmap as ImageBitmap, 0, 0); // of which `Bitmap` is the part that is needed here
  return context.getImageData(0, 0, width, height);
}
