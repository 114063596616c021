/** Pictures as small squares, for drawings. */
import type { RgbImage } from '../image/rgb-image.js';
import { applyTransform, type TransformName } from '../image/transform.js';
import { type Picture, readPicture } from '../tasks/picture.js';

/** The picture as the model sees it (cropped or squashed, by the transform), `side` dots wide and high. */
export async function thumbnail(
  picture: Picture,
  transform: TransformName,
  side: number,
  signal: AbortSignal,
): Promise<RgbImage> {
  return applyTransform(await readPicture(picture, signal), transform, side);
}
