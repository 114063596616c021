/** An attention map laid over its picture. */
import { blankImage, checkImage, type RgbImage } from '../image/rgb-image.js';
import type { AttentionMap } from './attention-target.js';
import { type Colormap, heat } from './colormap.js';
import { upsample } from './upsample.js';

export interface OverlayOptions {
  readonly colormap?: Colormap | undefined;
  /** 0 shows the picture alone, 1 the map alone. */
  readonly opacity?: number | undefined;
}

/**
 * The picture in grey, so that colour belongs to the map, under the map interpolated between the centres of its
 * patches: no weight gets the first colour, the largest one the last. `picture` is the square as the model saw it, at
 * any size: [Y, X, 3] → [Y, X, 3].
 *
 * @throws RangeError when the map has no weight on any patch.
 */
export function attentionOverlay(
  picture: RgbImage,
  map: Pick<AttentionMap, 'gridY' | 'gridX' | 'patches'>,
  { colormap = heat, opacity = 0.6 }: OverlayOptions = {},
): RgbImage {
  checkImage(picture);
  const peak = largestOf(map.patches);
  if (!(peak > 0)) throw new RangeError(`expected a weight above 0, got ${peak} as the largest`);
  const weights = upsample(map.patches, map, picture);
  const image = blankImage(picture.width, picture.height);
  weights.forEach((weight, i) => {
    const grey = luma(picture.data, 3 * i);
    const color = colormap(weight / peak);
    color.forEach((value, channel) => {
      image.data[3 * i + channel] = Math.round(grey + (value - grey) * opacity);
    });
  });
  return image;
}

/** The largest weight of the patches. */
export function largestOf(patches: Float64Array): number {
  return patches.reduce((a, b) => Math.max(a, b), 0);
}

/** How bright a pixel looks (ITU-R BT.601, as JPEG's Y). */
function luma(data: Uint8Array, i: number): number {
  return 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
}
