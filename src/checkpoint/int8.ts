/**
 * Symmetric int8 with one scale for each row: value ≈ q · scale, q a whole number in −127 … 127.
 *
 * The row of a linear map's matrix [Out, In] is one output channel, so that a scale leaves the sum over In.
 */

/** Larger than any q: adding and subtracting it rounds a double to the nearest whole number, ties to even. */
const rounder = 1.5 * 2 ** 52;
/** Patterns of float32 magnitudes: they grow with the number. */
const infinity = 0x7f800000;
const magnitude = 0x7fffffff;
const smallestNormal = 2 ** -126;

/**
 * q = round(value / scale), scale = max|row| / 127 in float32. A row of zeros, or of values below 1.5·10⁻³⁶ (whose
 * scale float32 cannot hold to its full precision), becomes zeros with scale 1.
 *
 * @param values whole rows, as many as there are `scales`, which are written.
 * @param rowName what a message calls row i.
 * @throws RangeError for a value that is not finite.
 */
export function quantizeRows(
  values: Float32Array,
  scales: Float32Array,
  rowName: (row: number) => string,
): Int8Array<ArrayBuffer> {
  const columns = values.length / scales.length;
  const out = new Int8Array(values.length);
  for (let row = 0; row < scales.length; row++) {
    const start = row * columns;
    const rowValues = values.subarray(start, start + columns);
    const largest = largestMagnitude(rowValues);
    if (!Number.isFinite(largest)) {
      throw new RangeError(`${rowName(row)}: expected finite values for int8, got NaN or infinity`);
    }
    const scale = Math.fround(largest / 127);
    const isZero = scale < smallestNormal;
    scales[row] = isZero ? 1 : scale;
    if (!isZero) quantizeRow(rowValues, scale, out.subarray(start, start + columns));
  }
  return out;
}

/** q · scale as float32: [rows, columns] of int8 and [rows] scales → [rows, columns]. */
export function dequantizeRows(
  matrix: Int8Array,
  scales: Float32Array,
  columns: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(matrix.length);
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row] as number;
    const end = (row + 1) * columns;
    for (let i = row * columns; i < end; i++) values[i] = (matrix[i] as number) * scale;
  }
  return values;
}

/** max|value|; ∞ or NaN when there is one: their patterns are the largest. */
function largestMagnitude(values: Float32Array): number {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let largest = 0;
  for (let i = 0; i < bits.length; i++) {
    const pattern = (bits[i] as number) & magnitude;
    if (pattern > largest) largest = pattern;
  }
  if (largest >= infinity) return Number.NaN;
  return new Float32Array(Int32Array.of(largest).buffer)[0] as number;
}

/** No quotient leaves −127 … 127: the scale differs from max|row| / 127 by 2⁻²⁴ of itself at most. */
function quantizeRow(values: Float32Array, scale: number, out: Int8Array): void {
  for (let i = 0; i < values.length; i++) out[i] = (values[i] as number) / scale + rounder - rounder;
}
