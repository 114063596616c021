/**
 * Upsampling of JPEG chroma as libjpeg does it by default ("fancy": triangle filters for factors of two).
 *
 * Source: `jdsample.c` of libjpeg-turbo: h2v1, h1v2 and h2v2 fancy upsampling with its alternating rounding;
 * other factors, and planes of at most two columns, are replicated.
 */

/** The samples of one component, before upsampling. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly stride: number; // from one row to the next
  readonly data: Uint8Array;
}

/** Writes row `y` of the upsampled plane. */
export type RowReader = (y: number, row: Uint8Array) => void;

/**
 * Rows of `plane` upsampled by `across` and `down`; a row may be shorter than `width · across`, never longer.
 */
export function upsampledRows(plane: Plane, across: number, down: number): RowReader {
  const isWide = plane.width > 2;
  if (across === 2 && down === 1 && isWide) return (y, row) => doubleColumns(plane, y, row);
  if (across === 1 && down === 2) return (y, row) => doubleRows(plane, y, row);
  if (across === 2 && down === 2 && isWide) return (y, row) => doubleBoth(plane, y, row);
  return (y, row) => replicate(plane, across, Math.floor(y / down), row);
}

function replicate({ stride, data }: Plane, across: number, line: number, row: Uint8Array): void {
  for (let x = 0; x < row.length; x++) row[x] = data[line * stride + Math.floor(x / across)] ?? 0;
}

/**
 * 3/4 of the sample itself, 1/4 of the neighbour on the pixel's side; the outermost pixels are the sample.
 */
function doubleColumns({ width, stride, data }: Plane, y: number, row: Uint8Array): void {
  const from = y * stride;
  for (let x = 0; x < row.length; x++) {
    const i = x >> 1;
    const neighbour = Math.min(Math.max(i + (x & 1 ? 1 : -1), 0), width - 1);
    const sum = 3 * (data[from + i] ?? 0) + (data[from + neighbour] ?? 0);
    row[x] = (sum + 1 + (x & 1)) >> 2;
  }
}

/** The same down the columns. */
function doubleRows(plane: Plane, y: number, row: Uint8Array): void {
  const { data } = plane;
  const [near, far] = nearAndFar(plane, y);
  for (let x = 0; x < row.length; x++) {
    row[x] = (3 * (data[near + x] ?? 0) + (data[far + x] ?? 0) + 1 + (y & 1)) >> 2;
  }
}

/** Both: weights 9, 3, 3, 1 of 16. */
function doubleBoth(plane: Plane, y: number, row: Uint8Array): void {
  const { width, data } = plane;
  const [near, far] = nearAndFar(plane, y);
  for (let x = 0; x < row.length; x++) {
    const i = x >> 1;
    const neighbour = Math.min(Math.max(i + (x & 1 ? 1 : -1), 0), width - 1);
    const own = 3 * (data[near + i] ?? 0) + (data[far + i] ?? 0);
    const side = 3 * (data[near + neighbour] ?? 0) + (data[far + neighbour] ?? 0);
    row[x] = (3 * own + side + 8 - (x & 1)) >> 4;
  }
}

/**
 * Where the line of samples that holds row `y` starts, and the one on the row's other side (clamped to the
 * plane).
 */
function nearAndFar({ height, stride }: Plane, y: number): [number, number] {
  const near = y >> 1;
  const far = Math.min(Math.max(near + (y & 1 ? 1 : -1), 0), height - 1);
  return [near * stride, far * stride];
}
