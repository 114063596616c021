/**
 * Changes of drawing style: what a concept looks like from another artist's hand, so that a model cannot lean
 * on colours and shading. Each takes an icon's straight RGBA and returns another of the same size.
 */
import type { SquareRgba } from './pyramid.js';
import type { Random } from './random.js';

/** The kinds and their shares among stylised pictures. */
const shares = { lines: 0.15, twoTone: 0.15, posterised: 0.2, permuted: 0.15 } as const;
export type StyleKind = keyof typeof shares;
export const styleKinds = Object.keys(shares) as readonly StyleKind[]; // the keys of the literal above

/** One of the kinds, by their shares. */
export function pickStyle(random: Random): StyleKind {
  const total = styleKinds.reduce((sum, kind) => sum + shares[kind], 0);
  let left = random.next() * total;
  for (const kind of styleKinds) {
    left -= shares[kind];
    if (left < 0) return kind;
  }
  return 'permuted';
}

/** The icon in another style: `lines` and `twoTone` are black on nothing, the others keep colours. */
export function stylise(icon: SquareRgba, kind: StyleKind, random: Random): SquareRgba {
  if (kind === 'lines') return lineDrawing(icon, random.between(1.5, 6), random.chance(0.5));
  if (kind === 'twoTone') return twoTone(icon, random.between(0.25, 0.8), random.chance(0.25));
  if (kind === 'posterised') return posterised(icon, 3 + random.int(3), random.between(0.4, 1));
  return permuted(icon, random.pick(permutations));
}

/** Black where luminance or alpha change: ink = gain * |∇|, over a white filling when `filled`. */
function lineDrawing(icon: SquareRgba, gain: number, filled: boolean): SquareRgba {
  const { size, rgba } = icon;
  const result = new Uint8Array(rgba.length);
  const cover = coverMap(icon);
  const toneEdges = edges(toneMap(icon), size);
  const coverEdges = edges(cover, size);
  for (let i = 0; i < cover.length; i++) {
    const ink = Math.min(255, gain * Math.max(toneEdges[i] ?? 0, coverEdges[i] ?? 0));
    const fill = filled ? (cover[i] ?? 0) : 0;
    const alpha = ink + (fill * (255 - ink)) / 255;
    const white = alpha === 0 ? 0 : 255 * (1 - ink / alpha);
    for (let c = i * 4; c < i * 4 + 3; c++) result[c] = white;
    result[i * 4 + 3] = alpha;
  }
  return { size, rgba: result };
}

/** The darkest `share` of what is drawn black (or the lightest, when `inverted`), the rest nothing. */
function twoTone(icon: SquareRgba, share: number, inverted: boolean): SquareRgba {
  const { size, rgba } = icon;
  const result = new Uint8Array(rgba.length);
  const level = luminanceQuantile(rgba, inverted ? 1 - share : share);
  for (let i = 0; i < result.length; i += 4) {
    const tone = Math.floor(luminance(rgba, i));
    if (inverted ? tone >= level : tone <= level) result[i + 3] = rgba[i + 3] ?? 0;
  }
  return { size, rgba: result };
}

/** The whole luminance at or below which `share` of the drawn pixels lie. */
function luminanceQuantile(rgba: Uint8Array, share: number): number {
  const counts = new Uint32Array(256);
  let left = 0;
  for (let i = 0; i < rgba.length; i += 4) {
    if ((rgba[i + 3] ?? 0) < 128) continue;
    const tone = Math.floor(luminance(rgba, i));
    counts[tone] = (counts[tone] ?? 0) + 1;
    left += share;
  }
  let tone = 0;
  for (left -= counts[0] ?? 0; left > 0 && tone < 255; left -= counts[tone] ?? 0) tone++;
  return tone;
}

/** Each channel in `levels` steps, with a dark outline where alpha changes. */
function posterised(icon: SquareRgba, levels: number, outline: number): SquareRgba {
  const { size, rgba } = icon;
  const result = new Uint8Array(rgba);
  const rim = edges(coverMap(icon), size);
  const steps = levels - 1;
  for (let i = 0; i < rim.length; i++) {
    const light = 1 - outline * Math.min(1, (3 * (rim[i] ?? 0)) / 255);
    for (let c = i * 4; c < i * 4 + 3; c++) {
      result[c] = (light * 255 * Math.round(((rgba[c] ?? 0) * steps) / 255)) / steps;
    }
  }
  return { size, rgba: result };
}

type Permutation = readonly [number, number, number];
const permutations: readonly Permutation[] = [
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

function permuted({ size, rgba }: SquareRgba, [red, green, blue]: Permutation): SquareRgba {
  const result = new Uint8Array(rgba.length);
  for (let i = 0; i < rgba.length; i += 4) {
    result[i] = rgba[i + red] ?? 0;
    result[i + 1] = rgba[i + green] ?? 0;
    result[i + 2] = rgba[i + blue] ?? 0;
    result[i + 3] = rgba[i + 3] ?? 0;
  }
  return { size, rgba: result };
}

/** ITU-R BT.601 luma of the pixel at byte `i`. */
function luminance(rgba: Uint8Array, i: number): number {
  return 0.299 * (rgba[i] ?? 0) + 0.587 * (rgba[i + 1] ?? 0) + 0.114 * (rgba[i + 2] ?? 0);
}

function coverMap({ size, rgba }: SquareRgba): Uint8Array {
  const cover = new Uint8Array(size * size);
  for (let i = 0; i < cover.length; i++) cover[i] = rgba[i * 4 + 3] ?? 0;
  return cover;
}

/** Luminance over a middle grey ground: what is not drawn neither hides nor makes every edge. */
function toneMap({ size, rgba }: SquareRgba): Uint8Array {
  const tone = new Uint8Array(size * size);
  for (let i = 0; i < tone.length; i++) {
    const alpha = (rgba[i * 4 + 3] ?? 0) / 255;
    tone[i] = luminance(rgba, i * 4) * alpha + 128 * (1 - alpha);
  }
  return tone;
}

/** Length of the central difference at each pixel of a map, the border continued outwards. */
function edges(map: Uint8Array, size: number): Uint8Array {
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
