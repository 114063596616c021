/** What the parts of the benchmark on EmojiWorld share: what is judged, what is asked, what is answered. */
import type { RgbImage } from '../image/rgb-image.js';
import type { CaptionSearch } from '../tasks/caption-options.js';
import type { Embeddings } from '../tasks/embeddings.js';
import type { Estimate } from './accuracy.js';
import { goals } from './goals.js';

export type BenchmarkMode = 'InternVL-C' | 'InternVL-G';

interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What can be judged: an InternVL, or anything that answers as it does. */
export interface BenchmarkModel {
  /** InternVL-G and captions are left out where the model has InternVL-C alone. */
  readonly modes: readonly BenchmarkMode[];
  encodeImage(
    pictures: readonly RgbImage[],
    options: Call & { readonly mode?: BenchmarkMode | undefined },
  ): Promise<Embeddings>;
  encodeText(texts: readonly string[], options: Call): Promise<Embeddings>;
  caption(
    pictures: readonly RgbImage[],
    options: Call & CaptionSearch,
  ): Promise<readonly { readonly text: string }[]>;
}

export interface BenchmarkOptions {
  /** Side in pixels of the pictures the model takes. */
  readonly size: number;
  readonly cacheFolder?: string | undefined;
  /** At most so many scenes a set, and the icons of so many concepts for each set of labels: for a quick look. */
  readonly samples?: number | undefined;
  /** Who reads the pictures; when left out InternVL-C classifies, and retrieval is by all that the model has. */
  readonly mode?: BenchmarkMode | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined;
  /** Told what is left out, and why. */
  readonly onNote?: ((line: string) => void) | undefined;
}

/** One number of the report. */
export interface BenchmarkRow {
  readonly name: string;
  readonly value: number;
  /** 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** What a small model is trained to reach, where there is such a number. */
  readonly goal: number | null;
}

export function benchmarkRow(
  name: string,
  { value, low, high, n }: Estimate,
  goal: number | null = goals.get(name) ?? null,
): BenchmarkRow {
  return { name, value, low, high, n, goal };
}

/** The options of one call of the model, whose progress is told as `what`. */
export function callOf({ signal, onProgress }: BenchmarkOptions, what: string): Call {
  return { signal, onProgress: (done, total) => onProgress?.(what, done, total) };
}

export const isComplete = (model: BenchmarkModel): boolean => model.modes.includes('InternVL-G');

/** Icons are loaded at this side in pixels and then placed in a picture of the model's size. */
export const ICON_SIZE = 64;

export function loadOptions({ cacheFolder, signal }: BenchmarkOptions) {
  return { ...(cacheFolder !== undefined && { cacheFolder }), ...(signal && { signal }) };
}
