/**
 * Undoes the row filters of PNG, in place.
 *
 * Source: PNG specification (W3C), 9.2 "Filter types for filter method 0".
 */

/**
 * `rows` rows of one filter byte and `rowBytes` bytes from `start` on; `step` bytes back lies the same sample
 * of the pixel to the left.
 *
 * @throws Error for a filter type above 4.
 */
export function unfilter(
  data: Uint8Array,
  start: number,
  { rows, rowBytes }: { readonly rows: number; readonly rowBytes: number },
  step: number,
): void {
  let above: Uint8Array = new Uint8Array(rowBytes); // the row above the first one counts as zeros
  for (let y = 0; y < rows; y++) {
    const from = start + y * (1 + rowBytes);
    const row = data.subarray(from + 1, from + 1 + rowBytes);
    const type = data[from] ?? 0;
    const undo = FILTERS[type];
    if (undo === undefined) throw new Error(`the PNG is damaged: row filter ${type}`);
    undo(row, above, step);
    above = row;
  }
}

type Filter = (row: Uint8Array, above: Uint8Array, step: number) => void;

const FILTERS: readonly Filter[] = [() => {}, addLeft, addAbove, addMean, addPaeth];

function addLeft(row: Uint8Array, _above: Uint8Array, step: number): void {
  for (let i = step; i < row.length; i++) row[i] = (row[i] ?? 0) + (row[i - step] ?? 0);
}

function addAbove(row: Uint8Array, above: Uint8Array): void {
  for (let i = 0; i < row.length; i++) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
}

function addMean(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < step ? 0 : (row[i - step] ?? 0);
    row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
  }
}

function addPaeth(row: Uint8Array, above: Uint8Array, step: number): void {
  for (let i = 0; i < row.length; i++) {
    const left = i < step ? 0 : (row[i - step] ?? 0);
    const corner = i < step ? 0 : (above[i - step] ?? 0);
    row[i] = (row[i] ?? 0) + paeth(left, above[i] ?? 0, corner);
  }
}

/** Of left, above and corner the one nearest to left + above − corner; ties in this order. */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
