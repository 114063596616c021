/**
 * Brings rows of a matrix into the order in which the register tiles read them: column after column of a few
 * rows (a panel of 8 or a tile of 4 to 6), or row after row of a few columns (a strip of 4 or 8).
 *
 * Where there are fewer rows than a panel or a tile has, its last row stands in for the missing ones; what is
 * computed from it is never used.
 */
import { all, storeTransposed } from './lanes';

/** Rows of a register tile; with multiplication and addition apart, 6 would need too many registers. */
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** No matrix has more rows of tiles than this beyond its own. */
export const SPARE_ROWS: usize = 6;

/** How many rows the next tile has when `left` are left. */
@inline
export function tileRows(left: i32): i32 {
  return left > 4 ? TILE_ROWS : 4;
}

/** to[c, r] = rows[r, c] · scale for r < 8: [count ≤ 8, columns] → [columns, 8]. */
export function packPanel(to: usize, rows: usize, stride: usize, count: i32, columns: i32, scale: f32): void {
  packFour(to, 32, rows, stride, count, columns, scale);
  packFour(to + 16, 32, rows + 4 * stride, stride, count - 4, columns, scale);
}

/**
 * [count, columns] → tiles of [width, tileRows], of which these are the columns from `first` on:
 * tile[first + c, r] = rows[r, c].
 */
export function packTiles(
  to: usize,
  width: i32,
  first: i32,
  rows: usize,
  stride: usize,
  count: i32,
  columns: i32,
): void {
  for (let left = count; left > 0; left -= TILE_ROWS) {
    const height = tileRows(left);
    const columnBytes = <usize>height * 4;
    const column = to + <usize>first * columnBytes;
    packFour(column, columnBytes, rows, stride, left, columns, 1);
    for (let r = 4; r < height; r++) {
      packOne(column + <usize>r * 4, columnBytes, rows + <usize>min(r, left - 1) * stride, columns);
    }
    to += <usize>width * columnBytes;
    rows += <usize>height * stride;
  }
}

/**
 * [count, columns] → strips of [count, width], width 4 or 8: strip[r, c] = rows[r, c] · scale.
 * Columns that the last strip has too many are 0 or not written; what is computed from them is never used.
 */
export function packStrips(
  to: usize,
  width: i32,
  rows: usize,
  stride: usize,
  count: i32,
  columns: i32,
  scale: f32,
): void {
  const stripBytes = <usize>(count * width) * 4;
  for (let c = 0; c < columns; c += 4) {
    const four = to + <usize>(c / width) * stripBytes + <usize>(c % width) * 4;
    packColumns(four, <usize>width * 4, rows + <usize>c * 4, stride, count, columns - c, scale);
  }
}

/** to[c, 0…3] = rows[0…3, c] · scale; rows from `count` on are row count − 1, which may lie before `rows`. */
function packFour(
  to: usize,
  columnBytes: usize,
  rows: usize,
  stride: usize,
  count: i32,
  columns: i32,
  scale: f32,
): void {
  let r0 = rows + <usize>min(0, count - 1) * stride;
  let r1 = rows + <usize>min(1, count - 1) * stride;
  let r2 = rows + <usize>min(2, count - 1) * stride;
  let r3 = rows + <usize>min(3, count - 1) * stride;
  const factor = all(scale);
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const x0 = f32x4.mul(v128.load(r0), factor);
    const x1 = f32x4.mul(v128.load(r1), factor);
    const x2 = f32x4.mul(v128.load(r2), factor);
    const x3 = f32x4.mul(v128.load(r3), factor);
    storeTransposed(x0, x1, x2, x3, to, columnBytes);
    r0 += 16;
    r1 += 16;
    r2 += 16;
    r3 += 16;
    to += 4 * columnBytes;
  }
  for (; c < columns; c++) {
    store<f32>(to, load<f32>(r0) * scale);
    store<f32>(to, load<f32>(r1) * scale, 4);
    store<f32>(to, load<f32>(r2) * scale, 8);
    store<f32>(to, load<f32>(r3) * scale, 12);
    r0 += 4;
    r1 += 4;
    r2 += 4;
    r3 += 4;
    to += columnBytes;
  }
}

/** to[c] = row[c], the columns `columnBytes` apart. */
function packOne(to: usize, columnBytes: usize, row: usize, columns: i32): void {
  let c = 0;
  for (; c + 4 <= columns; c += 4) {
    const x = v128.load(row);
    v128.store32_lane(to, x, 0);
    v128.store32_lane(to + columnBytes, x, 1);
    v128.store32_lane(to + 2 * columnBytes, x, 2);
    v128.store32_lane(to + 3 * columnBytes, x, 3);
    row += 16;
    to += 4 * columnBytes;
  }
  for (; c < columns; c++) {
    store<f32>(to, load<f32>(row));
    row += 4;
    to += columnBytes;
  }
}

/** to[r, 0…3] = rows[r, 0…3] · scale, the rows `step` bytes apart; what is missing of 4 columns is 0. */
function packColumns(
  to: usize,
  step: usize,
  rows: usize,
  stride: usize,
  count: i32,
  columns: i32,
  scale: f32,
): void {
  const factor = all(scale);
  for (let r = 0; r < count; r++) {
    if (columns >= 4) {
      v128.store(to, f32x4.mul(v128.load(rows), factor));
    } else {
      v128.store(to, all(0));
      for (let c: usize = 0; c < <usize>columns; c++) store<f32>(to + 4 * c, load<f32>(rows + 4 * c) * scale);
    }
    to += step;
    rows += stride;
  }
}
