/** The numbers of the whole contrastive model. Official code: `InternVLConfig`. */
import { type QLlamaConfig, qllama8B } from '../qllama/config.js';
import { type InternVitConfig, internVit6B } from '../vision/config.js';

export interface InternVLConfig {
  readonly vision: InternVitConfig;
  readonly qllama: QLlamaConfig;
  /** Width of the space that images and texts share. */
  readonly clipEmbedDim: number;
  readonly attnPoolNumHeads: number;
  /**
   * Side in pixels that replaces `vision.imageSize` (364 in the retrieval models); the position table has its
   * rows.
   */
  readonly forceImageSize: number | null;
  readonly labelSmoothing: number;
}

/** InternVL-14B: 13,834,975,747 parameters. */
export const internVL14B = {
  vision: internVit6B,
  qllama: qllama8B,
  clipEmbedDim: 768,
  attnPoolNumHeads: 16,
  forceImageSize: null,
  labelSmoothing: 0,
} as const satisfies InternVLConfig;

/** Side in pixels of the pictures that the model takes. */
export function inputSize(config: InternVLConfig): number {
  return config.forceImageSize ?? config.vision.imageSize;
}
