/** `preprocessor_config.json` of the official checkpoints: the settings of `CLIPImageProcessor`. */
import { IMAGENET_MEAN, IMAGENET_STD } from '../image/normalize.js';

/** Those of InternVL for pictures of `size` pixels a side. */
export function preprocessorConfig(size: number): Record<string, unknown> {
  return {
    image_processor_type: 'CLIPImageProcessor',
    do_convert_rgb: true,
    do_resize: true,
    size: { shortest_edge: size },
    resample: 3,
    do_center_crop: true,
    crop_size: { height: size, width: size },
    do_normalize: true,
    image_mean: IMAGENET_MEAN,
    image_std: IMAGENET_STD,
  };
}
