/**
 * Padding to a square with the mean colour of ImageNet, as InternVL-Chat sees pictures (LLaVA's
 * `expand2square`).
 */
import { blankImage, type RgbImage } from './rgb-image.js';

/** 255 · (0.485, 0.456, 0.406), truncated. */
const MEAN_COLOR = [123, 116, 103] as const;

/** The largest square that is made, as Pillow's limit: a thin picture of 65,535 pixels would need 13 GB. */
const MAX_SQUARE = 13_377; // ⌊√178,956,970⌋

/**
 * [Y, X, 3] → [S, S, 3] with S the long side, the picture in the middle (above or left of it when that is
 * uneven).
 *
 * @throws RangeError when the square would have more than 178,956,970 pixels.
 */
export function padToSquare(image: RgbImage): RgbImage {
  const side = Math.max(image.width, image.height);
  if (image.width === image.height) return image;
  if (side > MAX_SQUARE) {
    const got = `${image.width}x${image.height}`;
    throw new RangeError(`expected a long side of at most ${MAX_SQUARE} pixels to pad, got ${got}`);
  }
  const square = blankImage(side, side);
  for (let i = 0; i < square.data.length; i++) square.data[i] = MEAN_COLOR[i % 3] ?? 0;
  const left = Math.floor((side - image.width) / 2);
  const top = Math.floor((side - image.height) / 2);
  const stride = image.width * 3;
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * stride, (y + 1) * stride);
    square.data.set(row, ((top + y) * side + left) * 3);
  }
  return square;
}
