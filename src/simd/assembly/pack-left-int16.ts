/**
 * Packs A for the product of 16-bit integers: groups along k, in a group tiles of 5 rows, in a tile for each pair of
 * k the pairs of its rows side by side. The scales: for each group those of all rows.
 */
import { PACK_ROWS, PackLeftJob, packRows } from './pack-left';
import { GROUP, inverseScales, largerOf, padded, QUANTISED, rounded, STAGED } from './quantise';

export const INT16_TILE_ROWS: i32 = 5;

@unmanaged
class PackLeftInt16Job extends PackLeftJob {
  scales: usize;
  /** What A is rounded to: less where B is rounded too, than where it is int8. */
  levels: f32;
}

/** packed[group][tile][pair][row] = round(A[row, k]/scale[group][row]); rows after the last repeat it. */
export function packLeftInt16Unit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<PackLeftInt16Job>(fields);
  const tiles = (job.m + INT16_TILE_ROWS - 1) / INT16_TILE_ROWS;
  const last = min(tiles, (unit + 1) * (PACK_ROWS / INT16_TILE_ROWS));
  for (let tile = unit * (PACK_ROWS / INT16_TILE_ROWS); tile < last; tile++) {
    for (let start = 0; start < job.k; start += GROUP) {
      packTile(job, tile * INT16_TILE_ROWS, tiles * INT16_TILE_ROWS, start, scratch);
    }
  }
}

/** The group that begins at `start`, of the tile that begins at `row`. */
function packTile(job: PackLeftInt16Job, row: i32, allRows: i32, start: i32, scratch: usize): void {
  const depth = min(GROUP, job.k - start), width = padded(depth), integers = scratch + STAGED;
  const rowStep: usize = job.isTransposed ? 4 : job.stride, kStep: usize = job.isTransposed ? job.stride : 4;
  const scales = job.scales + (<usize>(start / GROUP * allRows + row) << 2);
  for (let r = 0; r < INT16_TILE_ROWS; r++) {
    let from = job.a + <usize>min(row + r, job.m - 1) * rowStep + <usize>start * kStep;
    if (kStep != 4 || depth != width) {
      copyPadded(from, kStep, depth, width, scratch);
      from = scratch;
    }
    const scale = quantise(from, width, job.levels, integers + <usize>r * QUANTISED);
    store<f32>(scales + (<usize>r << 2), scale);
  }
  const to = job.packed + (<usize>(start * allRows + row * width) << 1);
  packRows(integers, QUANTISED, INT16_TILE_ROWS, width >> 1, to, INT16_TILE_ROWS);
}

/** to[i] = from[i] for numbers `step` bytes apart, and 0 after them up to `width`. */
export function copyPadded(from: usize, step: usize, count: i32, width: i32, to: usize): void {
  for (let i = 0; i < width; i++) {
    store<f32>(to + (<usize>i << 2), i < count ? load<f32>(from + <usize>i * step) : 0);
  }
}

/** to[i] = round(from[i]/scale) for a multiple of 8; returns the scale, max|from[i]|/levels. */
export function quantise(from: usize, count: i32, levels: f32, to: usize): f32 {
  const end = from + (<usize>count << 2);
  const inverse = inverseScales(largestOf(from, end), levels);
  while (from < end) {
    const low = rounded(v128.load(from), inverse), high = rounded(v128.load(from, 16), inverse);
    v128.store(to, v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14));
    from += 32;
    to += 16;
  }
  return 1 / f32x4.extract_lane(inverse, 0);
}

/** max|from[i]| in all lanes. */
function largestOf(from: usize, end: usize): v128 {
  let even = i32x4.splat(0), odd = even;
  while (from < end) {
    even = largerOf(even, v128.load(from));
    odd = largerOf(odd, v128.load(from, 16));
    from += 32;
  }
  const most = i32x4.max_u(even, odd), swapped = i32x4.max_u(most, v128.shuffle<i64>(most, most, 1, 0));
  return i32x4.max_u(swapped, v128.shuffle<i32>(swapped, swapped, 1, 0, 3, 2));
}
