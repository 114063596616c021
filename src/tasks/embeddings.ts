/** Embeddings as plain numbers: what leaves the model, and the arithmetic on rows that needs no tensor. */

/** One vector a row, row-major: `raw` as the model gives them, `data` the same rows at length 1. */
export interface Embeddings {
  readonly rows: number;
  readonly width: number;
  /** Rows of length 1 (L2), [rows · width]. */
  readonly data: Float32Array;
  /** Rows as the projection gives them, [rows · width]. */
  readonly raw: Float32Array;
}

/**
 * Normalises every row: x / ‖x‖₂.
 *
 * @throws RangeError when `raw` is not whole rows of `width`; Error when a row has no finite, positive
 *   length.
 */
export function embeddingsOf(raw: Float32Array, width: number): Embeddings {
  if (!Number.isInteger(width) || width < 1 || raw.length % width !== 0) {
    throw new RangeError(`expected rows of ${width} numbers, got ${raw.length} numbers`);
  }
  const rows = raw.length / width;
  const data = new Float32Array(raw.length);
  for (let row = 0; row < rows; row++) {
    data.set(unitRow(raw.subarray(row * width, (row + 1) * width), `embedding ${row}`), row * width);
  }
  return { rows, width, data, raw };
}

/** x / ‖x‖₂; a zero or non-finite vector is an error, because its cosine with anything would be NaN. */
export function unitRow(x: ArrayLike<number>, name: string): Float32Array {
  let squares = 0;
  for (let i = 0; i < x.length; i++) squares += (x[i] ?? 0) ** 2;
  const length = Math.sqrt(squares);
  if (!(length > 0 && Number.isFinite(length))) {
    throw new Error(`${name}: expected a vector of finite, positive length, got length ${length}`);
  }
  return Float32Array.from(x, (value) => value / length);
}

/** Row `i` at length 1, as a view. */
export function rowAt({ rows, width, data }: Embeddings, i: number): Float32Array {
  if (!(i >= 0 && i < rows)) throw new RangeError(`expected a row below ${rows}, got ${i}`);
  return data.subarray(i * width, (i + 1) * width);
}

/** The rows of all parts below each other; the parts must have one width. */
export function stackEmbeddings(parts: readonly Embeddings[]): Embeddings {
  const width = parts[0]?.width ?? 0;
  const other = parts.find((part) => part.width !== width);
  if (other) throw new RangeError(`expected embeddings of width ${width}, got ${other.width}`);
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const join = (pick: (part: Embeddings) => Float32Array): Float32Array => {
    const joined = new Float32Array(rows * width);
    let at = 0;
    for (const part of parts) {
      joined.set(pick(part), at);
      at += pick(part).length;
    }
    return joined;
  };
  return { rows, width, data: join((part) => part.data), raw: join((part) => part.raw) };
}
