/**
 * The official ways from a picture of any size to a square one, each identical to its Python original byte
 * for byte.
 *
 * Official code: `build_transform` of classification and retrieval, `CLIPImageProcessor`, `expand2square` of
 * LLaVA.
 */
import { padToSquare } from './pad.js';
import { resizeBicubic } from './resize.js';
import type { RgbImage } from './rgb-image.js';

/**
 * - `classification`: short side to s, centre crop (torchvision's offsets);
 * - `retrieval`: squashed to s×s, also for captions;
 * - `card`: short side to s, centre crop (`CLIPImageProcessor`'s offsets), as the model card does;
 * - `chat-pad`: padded to a square with the mean colour, then `card`.
 */
export const TRANSFORM_NAMES = ['classification', 'retrieval', 'card', 'chat-pad'] as const;
export type TransformName = (typeof TRANSFORM_NAMES)[number];

/**
 * [Y, X, 3] → [size, size, 3] bytes.
 *
 * @throws TypeError for an unknown name, RangeError for a size that is not a whole number from 1.
 */
export function applyTransform(image: RgbImage, name: TransformName, size: number): RgbImage {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`expected a size in whole pixels from 1, got ${size}`);
  }
  switch (name) {
    case 'classification':
      return shortSideCrop(image, size, roundHalfEven);
    case 'retrieval':
      return resizeBicubic(image, size, size);
    case 'card':
      return shortSideCrop(image, size, Math.floor);
    case 'chat-pad':
      return shortSideCrop(padToSquare(image), size, Math.floor);
    default:
      throw new TypeError(`expected a transform of ${TRANSFORM_NAMES.join(', ')}, got ${String(name)}`);
  }
}

/** Resized so that the short side is `size`; of that, only the crop is computed. */
function shortSideCrop(image: RgbImage, size: number, round: (offset: number) => number): RgbImage {
  const [width, height] = shortSideSize(image.width, image.height, size);
  const left = round((width - size) / 2);
  const top = round((height - size) / 2);
  return resizeBicubic(image, width, height, { left, top, width: size, height: size });
}

/** The size whose short side is `size`; the long side truncates: `int(size * long / short)`. */
export function shortSideSize(width: number, height: number, size: number): [number, number] {
  const long = (a: number, b: number): number => Math.trunc((size * a) / b);
  return width <= height ? [size, long(height, width)] : [long(width, height), size];
}

/** Python's `round`: halves go to the even neighbour. `CLIPImageProcessor` floors instead. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
