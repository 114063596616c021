/** Options of the methods of `InternVL`. */
import type { TransformName } from './image/transform.js';
import type { Mode } from './mode.js';
import type { CaptionSearch, OnCaption } from './tasks/caption-options.js';
import type { AttentionTarget } from './visual/attention-target.js';

/** Told how many pictures and texts are done, with fractions: a block of a large model takes seconds. */
export type OnProgress = (done: number, total: number) => void;

export interface CallOptions {
  /** Ends the call at the next block or batch, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface ImageOptions extends CallOptions {
  /**
   * How a picture becomes a square: `classification` (crop, the default), `retrieval` (squash), `card`,
   * `chat-pad`.
   */
  readonly transform?: TransformName | undefined;
  /** Which model reads the picture: `InternVL-C` (the default) or `InternVL-G`, where the checkpoint has it. */
  readonly mode?: Mode | undefined;
}

export interface ClassifyOptions extends ImageOptions {
  /** Sentences with `{c}` where the label goes, or the name of an official set such as `imagenet`. */
  readonly templates?: string | readonly string[] | undefined;
  /** How many labels to give for each picture; all when left out. */
  readonly topK?: number | undefined;
}

export interface RetrieveOptions extends ImageOptions {
  /** How many matches to give for each query (default: 10). */
  readonly topK?: number | undefined;
  /** So many of the best matches of each query are ordered anew, by image-text matching (default: none). */
  readonly rerank?: number | undefined;
}

export interface CaptionOptions extends CallOptions, CaptionSearch {
  /** What the caption continues (default: `English caption:`); one text, or one for each picture. */
  readonly prompt?: string | readonly string[] | undefined;
  /** How a picture becomes a square (default: `retrieval`, squashed). */
  readonly transform?: TransformName | undefined;
  /** Told each caption, with the number of its picture, before the others are written: for long lists. */
  readonly onCaption?: OnCaption | undefined;
}

export interface LookOptions extends CallOptions {
  /** Which parts of the model look (default: the attention pool, the mean of its heads). */
  readonly of?: AttentionTarget | readonly AttentionTarget[] | undefined;
  /** How a picture becomes a square (default: `classification`, cropped). */
  readonly transform?: TransformName | undefined;
}

export interface MatchOptions extends CallOptions {
  /** How a picture becomes a square (default: `retrieval`, squashed). */
  readonly transform?: TransformName | undefined;
}

/** Several calls told as one: each `part(size)` reports its share of the whole. */
export function jointProgress(
  total: number,
  onProgress: OnProgress | undefined,
): (size: number) => OnProgress {
  let before = 0;
  return (size) => {
    const start = before;
    before += size;
    return (done, of) => onProgress?.(start + (size * done) / of, total);
  };
}
