/**
 * The weights of Pillow's bicubic resize along one axis, in 22-bit fixed point.
 *
 * Source: `Resample.c` of Pillow: a = −1/2, the filter is widened by the shrink factor (antialias), weights
 * are normalised in double precision and rounded half away from zero.
 */

/** Fraction bits of a weight: 32 − 8 for the sample − 2 of headroom for weights above 1 and below 0. */
export const PRECISION_BITS = 22;

/**
 * Weights of the output positions [start, start + count); output i reads `length[i]` inputs from `first[i]`.
 */
export interface Taps {
  readonly count: number;
  readonly first: Int32Array; //   [count]
  readonly length: Int32Array; //  [count]
  readonly weights: Int32Array; // [count, width]
  readonly width: number;
}

/** Taps that resize an axis of `inSize` samples to `outSize`, for the outputs [start, start + count) only. */
export function bicubicTaps(inSize: number, outSize: number, start = 0, count = outSize): Taps {
  const scale = inSize / outSize;
  const stretch = Math.max(scale, 1);
  const support = 2 * stretch;
  const width = Math.min(Math.ceil(support) * 2 + 1, inSize);
  const taps = {
    count,
    width,
    first: new Int32Array(count),
    length: new Int32Array(count),
    weights: new Int32Array(count * width),
  };
  const raw = new Float64Array(width);
  for (let i = 0; i < count; i++) {
    const center = (start + i + 0.5) * scale;
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const length = Math.min(Math.trunc(center + support + 0.5), inSize) - first;
    let total = 0;
    for (let k = 0; k < length; k++) {
      const weight = cubic((first + k - center + 0.5) / stretch);
      raw[k] = weight;
      total += weight;
    }
    taps.first[i] = first;
    taps.length[i] = length;
    for (let k = 0; k < length; k++) taps.weights[i * width + k] = toFixed((raw[k] ?? 0) / total);
  }
  return taps;
}

/** Keys' cubic with a = −1/2: interpolates, and is zero from |x| = 2. */
function cubic(x: number): number {
  const a = -0.5;
  const d = Math.abs(x);
  if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
  if (d < 2) return (((d - 5) * d + 8) * d - 4) * a;
  return 0;
}

function toFixed(weight: number): number {
  return Math.trunc(weight * 2 ** PRECISION_BITS + (weight < 0 ? -0.5 : 0.5));
}
