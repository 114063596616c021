/** How far float32 results are from float64 ones. */

/**
 * max |got − expected| divided by max |expected| or `smallest` if that is more; Infinity when lengths, NaN or
 * infinities differ.
 */
export function largestError(got: Float32Array, expected: ArrayLike<number>, smallest = 1): number {
  if (got.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [error, scale] = [0, smallest];
  for (let i = 0; i < got.length; i++) {
    const [a, b] = [got[i] ?? 0, expected[i] ?? 0];
    if (Object.is(a, b)) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.POSITIVE_INFINITY;
    error = Math.max(error, Math.abs(a - b));
    scale = Math.max(scale, Math.abs(b));
  }
  return error / scale;
}
