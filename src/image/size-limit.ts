/** The check every decoder makes on its header before it allocates anything. */

/**
 * The longest side, in either format: JPEG cannot say more, and a PNG one pixel wide may not have millions of
 * rows.
 */
const MAX_SIDE = 65_535;

/** @throws RangeError when the picture has no pixels, more than `maxPixels`, or a side above 65,535. */
export function checkHeaderSize(width: number, height: number, maxPixels: number): void {
  if (width === 0 || height === 0) throw new RangeError(`the picture has no pixels (${width}x${height})`);
  if (width > MAX_SIDE || height > MAX_SIDE) {
    throw new RangeError(`expected sides of at most ${MAX_SIDE} pixels, got ${width}x${height}`);
  }
  if (width * height > maxPixels) {
    const got = `${width}x${height} = ${width * height}`;
    throw new RangeError(
      `expected at most ${maxPixels} pixels (option maxPixels), got ${got}; scale it down`,
    );
  }
}
