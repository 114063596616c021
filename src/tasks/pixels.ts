/** Pictures as the model takes them: read, transformed to a square, normalised, one batch at a time. */
import * as tf from '@tensorflow/tfjs-core';

import { toPixels } from '../image/normalize.js';
import { applyTransform, type TransformName } from '../image/transform.js';
import { type Picture, readPicture } from './picture.js';

export interface PictureRecipe {
  readonly transform: TransformName;
  /** Side in pixels of the pictures that the model takes. */
  readonly size: number;
}

/** [B, size, size, 3]; the caller owns it. @throws Error naming the picture that cannot be read. */
export async function pixelBatch(
  pictures: readonly Picture[],
  { transform, size }: PictureRecipe,
  signal?: AbortSignal,
): Promise<tf.Tensor4D> {
  const pixels = new Float32Array(pictures.length * size * size * 3);
  for (const [i, picture] of pictures.entries()) {
    const image = await readPicture(picture, signal);
    const square = applyTransform(image, transform, size);
    pixels.set(toPixels(square, transform), i * size * size * 3);
  }
  return tf.tensor4d(pixels, [pictures.length, size, size, 3]);
}
