/** Pixels → PNG file, for pictures the project draws itself (data sets, heat maps, test files). */
import { PNG } from 'pngjs';

import { checkImage, type RgbImage } from './rgb-image.js';

/** [Y, X, 3] RGB bytes → the bytes of an 8-bit RGB PNG. `decodeImage` gives the same pixels back. */
export function encodePng(image: RgbImage): Uint8Array {
  checkImage(image);
  const { width, height } = image;
  const png = new PNG({ width, height });
  png.data = Buffer.from(image.data);
  return new Uint8Array(PNG.sync.write(png, { inputHasAlpha: false, inputColorType: 2, colorType: 2 }));
}
