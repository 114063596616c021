/** Icons as pixels: every concept in every style, rasterised once and kept in one cache file. */
import { join } from 'node:path';
import type { Concept } from './concepts.js';
import { cacheKey, readIconCache, writeIconCache } from './icon-cache.js';
import { openDrawings, startRasteriser } from './rasterise.js';

export const trainingStyles = [
  'noto',
  'twemoji',
  'fluent-emoji-flat',
  'emojione',
  'emojione-monotone',
  'fxemoji',
] as const;
/** The coloured ones, which scenes are composed of. */
export const sceneStyles = ['noto', 'twemoji', 'fluent-emoji-flat', 'emojione'] as const;
/** Never trained on; openmoji is share-alike and serves evaluation only. */
export const heldOutStyles = ['noto-v1', 'fluent-emoji-high-contrast', 'openmoji'] as const;
export type Style = (typeof trainingStyles)[number] | (typeof heldOutStyles)[number];

export interface Icon {
  readonly concept: string; // its id
  readonly style: Style;
  readonly size: number;
  readonly rgba: Uint8Array; // size * size * 4, straight (not premultiplied) alpha
}

export interface LoadIconsOptions {
  /** Folder of the cache file; without it nothing is kept. */
  readonly cacheFolder?: string;
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The icons of `concepts` in `styles`, style by style in the order given; pairs that a style does not draw
 * are left out.
 *
 * @throws RangeError when the size is not a positive integer; Error when the icon packages are not installed.
 */
export async function loadIcons(
  concepts: readonly Concept[],
  styles: readonly Style[],
  size: number,
  options: LoadIconsOptions = {},
): Promise<Icon[]> {
  if (!Number.isInteger(size) || size < 1)
    throw new RangeError(`expected an icon size of at least 1, got ${size}`);
  if (options.cacheFolder === undefined) return rasteriseIcons(concepts, styles, size, options);

  const key = await cacheKey(concepts, styles, size);
  const file = join(options.cacheFolder, `icons-${size}-${key}.bin`);
  const cached = await readIconCache(file, size);
  if (cached !== undefined) return cached;
  const icons = await rasteriseIcons(concepts, styles, size, options);
  await writeIconCache(file, icons);
  return icons;
}

async function rasteriseIcons(
  concepts: readonly Concept[],
  styles: readonly Style[],
  size: number,
  { progress, signal }: LoadIconsOptions,
): Promise<Icon[]> {
  const rasterise = await startRasteriser();
  const icons: Icon[] = [];
  let done = 0;
  for (const style of styles) {
    const drawingOf = await openDrawings(style);
    for (const concept of concepts) {
      signal?.throwIfAborted();
      const drawing = drawingOf(concept);
      if (drawing !== undefined)
        icons.push({ concept: concept.id, style, size, rgba: rasterise(drawing, size) });
      progress?.(++done, concepts.length * styles.length);
      if (done % 64 === 0) await new Promise((resolve) => setImmediate(resolve)); // lets signals arrive
    }
  }
  return icons;
}
