/**
 * Matrix product in float32. A unit is a part of C, `unitRows` × `unitColumns`: its sums are collected in scratch
 * memory, one block of k after the other, and finished at the end. No sum is divided among units.
 */
import { Epilogue, finish } from './epilogue';
import { DEPTH, TILE_ROWS } from './pack-left';
import { packPanel, rightAddress } from './pack-right';
import { tile5x8, tile6x8 } from './tiles';

@unmanaged
export class GemmJob extends Epilogue {
  /** A, packed by `packLeftUnit` or `packLeftInt16Unit`. */
  packed: usize;
  /** Scales of the latter. */
  packedScales: usize;
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

/** What a unit computes and where: it lies at the beginning of its scratch memory. */
@unmanaged
export class Part {
  row: i32;
  rows: i32;
  column: i32;
  columns: i32;
  /** Float32 [unitRows, unitColumns]. */
  sums: usize;
  /** Bytes from a row of sums to the next. */
  stride: usize;
  /** Of B: panels of 8 columns, one block deep. */
  panels: usize;
}

/** Room for `Part` that leaves the sums aligned. */
const PART_BYTES: usize = 128;

export function partOf(job: GemmJob, unit: i32, scratch: usize): Part {
  const part = changetype<Part>(scratch);
  const rowUnits = (job.m + job.unitRows - 1) / job.unitRows;
  part.row = (unit % rowUnits) * job.unitRows;
  part.rows = min(job.unitRows, job.m - part.row);
  part.column = (unit / rowUnits) * job.unitColumns;
  part.columns = min(job.unitColumns, job.n - part.column);
  part.sums = scratch + PART_BYTES;
  part.stride = <usize>job.unitColumns << 2;
  part.panels = part.sums + <usize>job.unitRows * part.stride;
  if (job.k == 0) memory.fill(part.sums, 0, <usize>part.rows * part.stride);
  return part;
}

/** C[m, n] = Σₖ A[m, k]·B[k, n], finished, for the rows and columns of the unit. */
export function gemmUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemmJob>(fields), part = partOf(job, unit, scratch);
  for (let start = 0; start < job.k; start += DEPTH) {
    const depth = min(DEPTH, job.k - start);
    packPanels(job, part, start, depth);
    multiplyBlock(job, part, start, depth);
  }
  finish(job, part.sums, part.stride, part.row, part.rows, part.column, part.columns);
}

function packPanels(job: GemmJob, part: Part, start: i32, depth: i32): void {
  let to = part.panels;
  for (let c = 0; c < part.columns; c += 8) {
    const from = rightAddress(job.b, job.bStride, job.kind, part.column + c, start);
    packPanel(job.kind, from, job.bStride, min(8, part.columns - c), depth, to);
    to += <usize>depth << 5;
  }
}

/** sums[row, column] += Σ over the block of A·B, tile by tile; a tile's part of A stays in the nearest cache. */
function multiplyBlock(job: GemmJob, part: Part, start: i32, depth: i32): void {
  const tiles = (job.m + TILE_ROWS - 1) / TILE_ROWS;
  const stride = part.stride, panelBytes = <usize>depth << 5;
  const end = part.panels + <usize>((part.columns + 7) >> 3) * panelBytes;
  let a = job.packed + (<usize>(start * tiles * TILE_ROWS + part.row * depth) << 2), sums = part.sums;
  for (let r = 0; r < part.rows; r += TILE_ROWS) {
    let c = sums;
    for (let b = part.panels; b < end; b += panelBytes) {
      if (TILE_ROWS == 6) tile6x8(depth, a, b, c, stride, start > 0);
      else tile5x8(depth, a, b, c, stride, start > 0);
      c += 32;
    }
    a += <usize>(depth * TILE_ROWS) << 2;
    sums += TILE_ROWS * stride;
  }
}
