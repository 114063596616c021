/** Maps of one byte a pixel that style changes are made of: cover, tone, and their edges. */
import type { SquareRgba } from './pyramid.js';

/** ITU-R BT.601 luma of the pixel at byte `i`. */
export function luminance(rgba: Uint8Array, i: number): number {
  return 0.299 * (rgba[i] ?? 0) + 0.587 * (rgba[i + 1] ?? 0) + 0.114 * (rgba[i + 2] ?? 0);
}

/** Alpha of every pixel. */
export function coverMap({ size, rgba }: SquareRgba): Uint8Array {
  const cover = new Uint8Array(size * size);
  for (let i = 0; i < cover.length; i++) cover[i] = rgba[i * 4 + 3] ?? 0;
  return cover;
}

/** Luminance over a middle grey ground: what is not drawn neither hides nor makes every edge. */
export function toneMap({ size, rgba }: SquareRgba): Uint8Array {
  const tone = new Uint8Array(size * size);
  for (let i = 0; i < tone.length; i++) {
    const alpha = (rgba[i * 4 + 3] ?? 0) / 255;
    tone[i] = luminance(rgba, i * 4) * alpha + 128 * (1 - alpha);
  }
  return tone;
}

/** Length of the central difference at each pixel of a map, the border continued outwards. */
export function edges(map: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(map.length);
  for (let y = 0, i = 0; y < size; y++) {
    const up = y > 0 ? size : 0;
    const down = y < size - 1 ? size : 0;
    for (let x = 0; x < size; x++, i++) {
      const across = (map[x < size - 1 ? i + 1 : i] ?? 0) - (map[x > 0 ? i - 1 : i] ?? 0);
      const along = (map[i + down] ?? 0) - (map[i - up] ?? 0);
      result[i] = Math.sqrt(across * across + along * along) / 2; // at most 180; Math.hypot is many times slower
    }
  }
  return result;
}

/** The largest value among each pixel and its neighbours: lines become two pixels wider. */
export function widened(map: Uint8Array, size: number): Uint8Array {
  const across = new Uint8Array(map.length);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const left = x > 0 ? (map[i - 1] ?? 0) : 0;
      const right = x < size - 1 ? (map[i + 1] ?? 0) : 0;
      across[i] = Math.max(map[i] ?? 0, left, right);
    }
  }
  const result = new Uint8Array(map.length);
  for (let i = 0; i < map.length; i++) {
    result[i] = Math.max(across[i] ?? 0, across[i - size] ?? 0, across[i + size] ?? 0);
  }
  return result;
}
