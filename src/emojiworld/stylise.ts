/**
 * Changes of drawing style: what a concept looks like from another artist's hand, so that a model cannot lean
 * on colours and shading. Each takes an icon's straight RGBA and returns another of the same size.
 */
import { coverMap, edges, luminance, toneMap, widened } from './pixel-maps.js';
import type { SquareRgba } from './pyramid.js';
import type { Random } from './random.js';

/** The kinds and their shares among stylised pictures. */
const shares = { lines: 0.15, twoTone: 0.15, outlined: 0.25, posterised: 0.1, permuted: 0.1 } as const;
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
  if (kind === 'lines') return lineDrawing(icon, linesOf(random), random.chance(0.5));
  if (kind === 'outlined') return outlined(icon, 3 + random.int(3), linesOf(random));
  if (kind === 'twoTone') return twoTone(icon, random.between(0.25, 0.8), random.chance(0.25));
  if (kind === 'posterised') return posterised(icon, 3 + random.int(3), random.between(0.4, 1));
  return permuted(icon, random.pick(permutations));
}

interface Lines {
  readonly gain: number;
  readonly width: number; // 0: as the edges are, 1: two pixels wider, ...
}

const linesOf = (random: Random): Lines => ({ gain: random.between(1.5, 6), width: random.int(3) });

/** Ink where luminance or alpha change: gain * |∇|, widened. */
function inkOf(icon: SquareRgba, { gain, width }: Lines): Uint8Array {
  const { size } = icon;
  const toneEdges = edges(toneMap(icon), size);
  const coverEdges = edges(coverMap(icon), size);
  let ink: Uint8Array = toneEdges.map((tone, i) => Math.min(255, gain * Math.max(tone, coverEdges[i] ?? 0)));
  for (let i = 0; i < width; i++) ink = widened(ink, size);
  return ink;
}

/** The ink alone, over a white filling when `filled`. */
function lineDrawing(icon: SquareRgba, lines: Lines, filled: boolean): SquareRgba {
  const { size, rgba } = icon;
  const result = new Uint8Array(rgba.length);
  inkOf(icon, lines).forEach((ink, i) => {
    const fill = filled ? (rgba[i * 4 + 3] ?? 0) : 0;
    const alpha = ink + (fill * (255 - ink)) / 255;
    const white = alpha === 0 ? 0 : 255 * (1 - ink / alpha);
    for (let c = i * 4; c < i * 4 + 3; c++) result[c] = white;
    result[i * 4 + 3] = alpha;
  });
  return { size, rgba: result };
}

/** Flat colours, each channel in `levels` steps, under black lines: a drawing with contours. */
function outlined(icon: SquareRgba, levels: number, lines: Lines): SquareRgba {
  const { size, rgba } = icon;
  const result = new Uint8Array(rgba);
  inkOf(icon, lines).forEach((ink, i) => {
    const light = 1 - ink / 255;
    for (let c = i * 4; c < i * 4 + 3; c++) result[c] = light * inSteps(rgba[c] ?? 0, levels);
    result[i * 4 + 3] = Math.max(rgba[i * 4 + 3] ?? 0, ink);
  });
  return { size, rgba: result };
}

/** The nearest of `levels` values from 0 to 255. */
const inSteps = (value: number, levels: number): number =>
  (255 * Math.round((value * (levels - 1)) / 255)) / (levels - 1);

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
  for (let i = 0; i < rim.length; i++) {
    const light = 1 - outline * Math.min(1, (3 * (rim[i] ?? 0)) / 255);
    for (let c = i * 4; c < i * 4 + 3; c++) {
      result[c] = light * inSteps(rgba[c] ?? 0, levels);
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
