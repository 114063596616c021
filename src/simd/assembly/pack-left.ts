/**
 * Packs A, the left side of a matrix product, into the order in which the tiles read it: blocks of DEPTH along k;
 * in a block, tiles of TILE_ROWS rows; in a tile, for each k the numbers of its rows side by side.
 */
import { storeTransposed } from './lanes';

/** Rows of a tile: a fused multiply-add leaves room in the registers for one row more. */
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 5;
/** Numbers along k that are multiplied before the next block: such a part of B stays in the second-level cache. */
export const DEPTH: i32 = 320;
/** Rows of a unit: a multiple of both heights of a tile, so that the other side need not know which it is. */
export const PACK_ROWS: i32 = 30;

@unmanaged
export class PackLeftJob {
  a: usize;
  /** Bytes from a row to the next: of A [m, k], or of its transpose [k, m] where `isTransposed`. */
  stride: usize;
  isTransposed: i32;
  m: i32;
  k: i32;
  packed: usize;
}

/** packed[block][tile][k][row] = A[row, k]; rows after the last repeat it, their products are dropped. */
export function packLeftUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<PackLeftJob>(fields);
  const m = job.m, k = job.k, stride = job.stride;
  const tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
  const last = min(tiles, (unit + 1) * (PACK_ROWS / TILE_ROWS));
  for (let tile = unit * (PACK_ROWS / TILE_ROWS); tile < last; tile++) {
    const row = tile * TILE_ROWS, rows = min(TILE_ROWS, m - row);
    for (let start = 0; start < k; start += DEPTH) {
      const depth = min(DEPTH, k - start);
      const to = job.packed + (<usize>((start * tiles + tile * depth) * TILE_ROWS) << 2);
      if (job.isTransposed) packColumns(job.a + <usize>start * stride + (<usize>row << 2), stride, rows, depth, to);
      else packRows(job.a + <usize>row * stride + (<usize>start << 2), stride, rows, depth, to, TILE_ROWS);
    }
  }
}

/** to[k][row] = from[row][k] for 32-bit words of any meaning, a tile of 5 or 6 rows. */
export function packRows(from: usize, stride: usize, rows: i32, depth: i32, to: usize, tileRows: i32): void {
  const step = <usize>tileRows << 2, isSix = tileRows == 6;
  const p1 = rowAt(from, stride, 1, rows), p2 = rowAt(from, stride, 2, rows), p3 = rowAt(from, stride, 3, rows);
  const p4 = rowAt(from, stride, 4, rows), p5 = rowAt(from, stride, 5, rows);
  const end = <usize>depth << 2, full = end & ~15;
  let i: usize = 0;
  for (; i < full; i += 16) {
    storeTransposed(v128.load(from + i), v128.load(p1 + i), v128.load(p2 + i), v128.load(p3 + i), to, step);
    if (isSix) storeTwo(v128.load(p4 + i), v128.load(p5 + i), to + 16, step);
    else storeOne(v128.load(p4 + i), to + 16, step);
    to += 4 * step;
  }
  for (; i < end; i += 4) {
    store<u32>(to, load<u32>(from + i));
    store<u32>(to, load<u32>(p1 + i), 4);
    store<u32>(to, load<u32>(p2 + i), 8);
    store<u32>(to, load<u32>(p3 + i), 12);
    store<u32>(to, load<u32>(p4 + i), 16);
    if (isSix) store<u32>(to, load<u32>(p5 + i), 20);
    to += step;
  }
}

/** Two rows of four become four columns, stored `step` bytes apart. */
@inline
function storeTwo(a: v128, b: v128, to: usize, step: usize): void {
  const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5), high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  v128.store_lane<i64>(to, low, 0);
  v128.store_lane<i64>(to + step, low, 1);
  v128.store_lane<i64>(to + 2 * step, high, 0);
  v128.store_lane<i64>(to + 3 * step, high, 1);
}

/** The lanes, stored `step` bytes apart. */
@inline
function storeOne(a: v128, to: usize, step: usize): void {
  v128.store_lane<i32>(to, a, 0);
  v128.store_lane<i32>(to + step, a, 1);
  v128.store_lane<i32>(to + 2 * step, a, 2);
  v128.store_lane<i32>(to + 3 * step, a, 3);
}

/** The address of a row, or of the last one if there are not so many. */
@inline
export function rowAt(from: usize, stride: usize, row: i32, rows: i32): usize {
  return from + <usize>min(row, rows - 1) * stride;
}

/** to[k][row] = from[k][row]. */
function packColumns(from: usize, stride: usize, rows: i32, depth: i32, to: usize): void {
  for (let i = 0; i < depth; i++) {
    if (rows == TILE_ROWS) {
      v128.store(to, v128.load(from));
      if (TILE_ROWS == 6) store<u64>(to, load<u64>(from, 16), 16);
      else store<u32>(to, load<u32>(from, 16), 16);
    } else {
      for (let row = 0; row < TILE_ROWS; row++) {
        store<f32>(to + (<usize>row << 2), load<f32>(from + (<usize>min(row, rows - 1) << 2)));
      }
    }
    from += stride;
    to += TILE_ROWS * 4;
  }
}
