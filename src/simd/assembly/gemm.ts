/**
 * Matrix product in float32. A unit is a part of C, `unitRows` × `unitColumns`: its sums are collected in scratch
 * memory, one block of k after the other, and finished at the end. No sum is divided among units.
 */
import { Epilogue, finish } from './epilogue';
import { DEPTH, TILE_ROWS } from './pack-left';
import { packPanel, rightAddress } from './pack-right';
import { tile5x8, tile6x8 } from './tiles';

@unmanaged
class GemmJob extends Epilogue {
  /** A, packed by `packLeftUnit`. */
  packed: usize;
  b: usize;
  /** Bytes from a row of B to the next. */
  bStride: usize;
  kind: i32;
  m: i32;
  n: i32;
  k: i32;
  /** A multiple of the rows of a tile. */
  unitRows: i32;
  /** A multiple of 8. */
  unitColumns: i32;
}

/** C[m, n] = Σₖ A[m, k]·B[k, n], finished, for the rows and columns of the unit. */
export function gemmUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemmJob>(fields);
  const rowUnits = (job.m + job.unitRows - 1) / job.unitRows;
  const row = unit % rowUnits * job.unitRows, rows = min(job.unitRows, job.m - row);
  const column = unit / rowUnits * job.unitColumns, columns = min(job.unitColumns, job.n - column);
  const stride = <usize>job.unitColumns << 2;
  const panels = scratch + <usize>job.unitRows * stride;
  if (job.k == 0) memory.fill(scratch, 0, <usize>rows * stride);
  for (let start = 0; start < job.k; start += DEPTH) {
    const depth = min(DEPTH, job.k - start);
    packPanels(job, column, columns, start, depth, panels);
    multiplyBlock(job, row, rows, columns, start, depth, panels, scratch);
  }
  finish(job, scratch, stride, row, rows, column, columns);
}

/** The panels of 8 columns, side by side. */
function packPanels(job: GemmJob, column: i32, columns: i32, start: i32, depth: i32, panels: usize): void {
  for (let c = 0; c < columns; c += 8) {
    const from = rightAddress(job.b, job.bStride, job.kind, column + c, start);
    packPanel(job.kind, from, job.bStride, min(8, columns - c), depth, panels);
    panels += <usize>depth << 5;
  }
}

/** sums[row, column] += Σ over the block of A·B, tile by tile; a tile's part of A stays in the nearest cache. */
function multiplyBlock(
  job: GemmJob, row: i32, rows: i32, columns: i32, start: i32, depth: i32, panels: usize, sums: usize,
): void {
  const tiles = (job.m + TILE_ROWS - 1) / TILE_ROWS;
  const stride = <usize>job.unitColumns << 2, panelBytes = <usize>depth << 5;
  let a = job.packed + (<usize>(start * tiles * TILE_ROWS + row * depth) << 2);
  for (let r = 0; r < rows; r += TILE_ROWS) {
    let b = panels, c = sums;
    for (let i = 0; i < columns; i += 8) {
      if (TILE_ROWS == 6) tile6x8(depth, a, b, c, stride, start > 0);
      else tile5x8(depth, a, b, c, stride, start > 0);
      b += panelBytes;
      c += 32;
    }
    a += <usize>(depth * TILE_ROWS) << 2;
    sums += TILE_ROWS * stride;
  }
}
