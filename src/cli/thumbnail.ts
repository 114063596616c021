/** Pictures as small squares, for drawings. */
import type { RgbImage } from '../image/rgb-image.js';
import { applyTransform, type TransformName } from '../image/transform.js';
import { type Picture, readPicture } from '../tasks/picture.js';

/** Dots of its side: what its place in a drawing has in a PNG. */
const SIDE = 160;

/** The picture as the model sees it (cropped or squashed, by the transform), but finer. */
export async function thumbnail(
  picture: Picture,
  transform: TransformName,
  signal: AbortSignal,
): Promise<RgbImage> {
  return applyTransform(await readPicture(picture, signal), transform, SIDE);
}
