/**
 * Matrix transposition for linear kernels: PyTorch keeps [Out, In], the matrix product is fast with [In,
 * Out].
 *
 * Tiles of 32 × 32 keep both the rows read and the rows written in the first-level cache.
 */
const tile = 32;

/** Row-major [rows, columns] → row-major [columns, rows]. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows * columns);
  transposeBand(values, columns, out, { first: 0, rows });
  return out;
}

/**
 * Writes a band of rows, `values` [n, columns], into columns `first` … `first + n` of `out` [columns, rows]:
 * a matrix can be transposed while it is read piece by piece.
 *
 * @throws RangeError when the band is not whole rows, or does not fit into `out`.
 */
export function transposeBand(
  values: Float32Array,
  columns: number,
  out: Float32Array,
  { first, rows }: { readonly first: number; readonly rows: number },
): void {
  const count = values.length / columns;
  if (!Number.isInteger(count) || first + count > rows || out.length !== rows * columns) {
    throw new RangeError(`expected rows of ${columns} for ${rows} × ${columns}, got ${values.length} values`);
  }
  for (let top = 0; top < count; top += tile) {
    const bottom = Math.min(top + tile, count);
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(left + tile, columns);
      for (let column = left; column < right; column++) {
        const base = column * rows + first;
        for (let row = top; row < bottom; row++) out[base + row] = values[row * columns + column] as number;
      }
    }
  }
}
