/** Numbers on a coarse grid → numbers on a fine one, through the values at the centres of its cells. */
import type { PatchGrid } from './attention-target.js';

/**
 * Cubic interpolation along both axes (Keys 1981, a = −1/2), the border continued outward: it passes through the
 * values of the grid, and may overshoot them a little. [gridY, gridX] → [height, width].
 *
 * @throws RangeError when there are not gridY·gridX values.
 */
export function upsample(
  values: Float64Array,
  { gridY, gridX }: PatchGrid,
  { width, height }: { readonly width: number; readonly height: number },
): Float64Array {
  if (values.length !== gridY * gridX || values.length === 0)
    throw new RangeError(`expected ${gridY}×${gridX} values, got ${values.length}`);
  const tall = along(values, { outer: 1, from: gridY, inner: gridX }, height); // [height, gridX]
  return along(tall, { outer: height, from: gridX, inner: 1 }, width);
}

interface Axis {
  readonly outer: number;
  readonly from: number;
  readonly inner: number;
}

/** Interpolates the middle axis: [outer, from, inner] → [outer, to, inner]. */
function along(values: Float64Array, { outer, from, inner }: Axis, to: number): Float64Array {
  const result = new Float64Array(outer * to * inner);
  for (let o = 0; o < to; o++) {
    const source = ((o + 0.5) * from) / to - 0.5;
    const first = Math.floor(source) - 1;
    for (let tap = 0; tap < 4; tap++) {
      const i = Math.min(Math.max(first + tap, 0), from - 1);
      const weight = cubic(Math.abs(source - first - tap));
      for (let n = 0; n < outer * inner; n++) {
        const [row, column] = [Math.floor(n / inner), n % inner];
        const at = (row * to + o) * inner + column;
        result[at] = (result[at] ?? 0) + weight * (values[(row * from + i) * inner + column] ?? 0);
      }
    }
  }
  return result;
}

/** Keys' kernel at distance d of 0 to 2. */
function cubic(d: number): number {
  return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((2.5 - 0.5 * d) * d - 4) * d + 2;
}
