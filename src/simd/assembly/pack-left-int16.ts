/**
 * Packs A for the product of 16-bit integers: groups along k, in a group tiles of 5 rows, in a tile for each pair of
 * k the pairs of its rows side by side. The scales: for each group those of all rows.
 */
import { PACK_ROWS, PackLeftJob, packRows, rowAt } from './pack-left';
import { GROUP, inverseScale, padded, QUANTISED, quantise, STAGED, stage, stageStrided } from './quantise';

export const INT16_TILE_ROWS: i32 = 5;

@unmanaged
class PackLeftInt16Job extends PackLeftJob {
  scales: usize;
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
  const rows = min(INT16_TILE_ROWS, job.m - row), depth = min(GROUP, job.k - start), width = padded(depth);
  const integers = scratch + STAGED, stride = job.stride;
  let scales = job.scales + (<usize>(start / GROUP * allRows + row) << 2);
  for (let r = 0; r < INT16_TILE_ROWS; r++) {
    const i = <usize>(row + min(r, rows - 1)), k = <usize>start;
    const largest = job.isTransposed
      ? stageStrided(job.a + k * stride + (i << 2), stride, depth, scratch)
      : stage<f32>(job.a + i * stride + (k << 2), depth, scratch);
    const inverse = inverseScale(largest, job.levels);
    quantise(scratch, depth, inverse, integers + <usize>r * QUANTISED);
    store<f32>(scales, 1 / inverse);
    scales += 4;
  }
  const to = job.packed + (<usize>(start * allRows + row * width) << 1);
  packRows(integers, QUANTISED, INT16_TILE_ROWS, width >> 1, to, INT16_TILE_ROWS);
}
