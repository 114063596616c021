/**
 * Bytes → the floats the model was trained on: (x/255 − mean) / std with ImageNet's statistics (not CLIP's).
 *
 * Every step is rounded to float32 as in the originals, so the last bit is theirs too.
 */
import { checkImage, type RgbImage } from './rgb-image.js';
import type { TransformName } from './transform.js';

export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

/**
 * [Y, X, 3] bytes → [Y, X, 3] floats, channels last.
 *
 * `transform` says whose arithmetic is followed: torchvision divides by 255, `CLIPImageProcessor` (`card`,
 * `chat-pad`) multiplies by 1/255 in float64. They differ in the last bit of some of the 256 levels.
 */
export function toPixels(image: RgbImage, transform: TransformName = 'classification'): Float32Array {
  checkImage(image);
  const table = transform === 'card' || transform === 'chat-pad' ? clipProcessorTable : torchvisionTable;
  const pixels = new Float32Array(image.data.length);
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = table[image.data[i] ?? 0] ?? 0;
    pixels[i + 1] = table[256 + (image.data[i + 1] ?? 0)] ?? 0;
    pixels[i + 2] = table[512 + (image.data[i + 2] ?? 0)] ?? 0;
  }
  return pixels;
}

const torchvisionTable = levels((byte) => byte / 255);
const clipProcessorTable = levels((byte) => byte * (1 / 255));

/** The normalised value of each byte in each channel: [3, 256]. */
function levels(toUnit: (byte: number) => number): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const mean = fround(IMAGENET_MEAN[i >> 8] ?? 0);
    const std = fround(IMAGENET_STD[i >> 8] ?? 1);
    return fround(fround(fround(toUnit(i & 255)) - mean) / std);
  });
}
