/**
 * Bicubic resize, byte for byte as Pillow does it: rows first, then columns, rounded to 8 bits after each
 * pass.
 *
 * Official code: `Resize(..., interpolation=BICUBIC)` of torchvision on a PIL image.
 */
import { bicubicTaps, PRECISION_BITS, type Taps } from './resize-taps.js';
import { blankImage, checkImage, type RgbImage } from './rgb-image.js';

/** A rectangle of the resized picture; the rest of it is never computed. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * [Y, X, 3] → [height, width, 3]; with `window`, only that rectangle of it.
 *
 * @throws RangeError for sizes that are not whole numbers from 1, or a window that leaves the resized
 *   picture.
 */
export function resizeBicubic(
  image: RgbImage,
  width: number,
  height: number,
  window: Window = { left: 0, top: 0, width, height },
): RgbImage {
  checkImage(image);
  checkWindow(window, width, height);
  const columns = bicubicTaps(image.width, width, window.left, window.width);
  const rows = bicubicTaps(image.height, height, window.top, window.height);
  const firstRow = rows.first[0] ?? 0;
  const rowCount = (rows.first[rows.count - 1] ?? 0) + (rows.length[rows.count - 1] ?? 0) - firstRow;
  const narrow = resizeRows(image, columns, firstRow, rowCount);
  return resizeColumns(narrow, rows, firstRow);
}

/** Rows [firstRow, firstRow + rowCount) of `image`, resized along X. */
function resizeRows(image: RgbImage, taps: Taps, firstRow: number, rowCount: number): RgbImage {
  const output = blankImage(taps.count, rowCount);
  const { data } = image;
  const { first, length, weights, width } = taps;
  const out = output.data;
  let to = 0;
  for (let y = 0; y < rowCount; y++) {
    const row = (firstRow + y) * image.width * 3;
    for (let x = 0; x < taps.count; x++) {
      let from = row + at(first, x) * 3;
      let [r, g, b] = [HALF, HALF, HALF];
      const end = x * width + at(length, x);
      for (let k = x * width; k < end; k++, from += 3) {
        const weight = at(weights, k);
        r += Math.imul(at(data, from), weight);
        g += Math.imul(at(data, from + 1), weight);
        b += Math.imul(at(data, from + 2), weight);
      }
      out[to++] = toByte(r);
      out[to++] = toByte(g);
      out[to++] = toByte(b);
    }
  }
  return output;
}

/** `narrow`, whose first row is row `firstRow` of the picture, resized along Y. */
function resizeColumns(narrow: RgbImage, taps: Taps, firstRow: number): RgbImage {
  const output = blankImage(narrow.width, taps.count);
  const stride = narrow.width * 3;
  const sums = new Int32Array(stride);
  for (let y = 0; y < taps.count; y++) {
    sums.fill(HALF);
    const top = at(taps.first, y) - firstRow;
    for (let k = 0; k < at(taps.length, y); k++) {
      addRow(sums, narrow.data, (top + k) * stride, at(taps.weights, y * taps.width + k));
    }
    for (let i = 0; i < stride; i++) output.data[y * stride + i] = toByte(at(sums, i));
  }
  return output;
}

function addRow(sums: Int32Array, data: Uint8Array, from: number, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = at(sums, i) + Math.imul(at(data, from + i), weight);
}

const HALF = 1 << (PRECISION_BITS - 1);

function toByte(sum: number): number {
  const value = sum >> PRECISION_BITS;
  return Math.max(Math.min(value, 255), 0);
}

/** Element `i`, which the loops above keep inside the array. */
function at(array: Int32Array | Uint8Array, i: number): number {
  return array[i] ?? 0;
}

function checkWindow(window: Window, width: number, height: number): void {
  const sizes = [width, height, window.width, window.height];
  const fits =
    sizes.every((side) => Number.isInteger(side) && side > 0) &&
    window.left >= 0 &&
    window.top >= 0 &&
    window.left + window.width <= width &&
    window.top + window.height <= height;
  if (!fits) {
    const got = `${window.width}x${window.height} at (${window.left}, ${window.top})`;
    throw new RangeError(`expected a window inside ${width}x${height} pixels, got ${got}`);
  }
}
