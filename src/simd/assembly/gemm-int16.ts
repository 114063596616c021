/**
 * Matrix product of 16-bit integers, twice as many multiply-adds an instruction as float32. Both sides are
 * quantised while they are packed, with one scale for each row of A, each column of B and each group of k:
 *
 *     C[m, n] = Σ over groups of scaleA[m]·scaleB[n]·Σ over the group of qA[m, k]·qB[k, n].
 */
import { finish } from './epilogue';
import { GemmJob, Part, partOf } from './gemm';
import { madd } from './lanes';
import { INT16_TILE_ROWS } from './pack-left-int16';
import { rightAddress } from './pack-right';
import { PACK_BYTES, packPanelInt16 } from './pack-right-int16';
import { GROUP, padded } from './quantise';
import { int16Tile5x8 } from './tiles';

/** Scratch memory after the panels: to pack, for the integers of a tile, for the scales of the columns. */
const PRODUCTS: usize = PACK_BYTES;
const SCALES: usize = PRODUCTS + 160;

/** C[m, n] ≈ Σₖ A[m, k]·B[k, n], finished, for the rows and columns of the unit. */
export function gemmInt16Unit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemmJob>(fields), part = partOf(job, unit, scratch);
  const spare = part.panels + <usize>(GROUP * 2) * job.unitColumns;
  for (let start = 0; start < job.k; start += GROUP) {
    const depth = min(GROUP, job.k - start);
    packPanels(job, part, start, depth, spare);
    multiplyGroup(job, part, start, padded(depth), spare);
  }
  finish(job, part.sums, part.stride, part.row, part.rows, part.column, part.columns);
}

function packPanels(job: GemmJob, part: Part, start: i32, depth: i32, spare: usize): void {
  let to = part.panels, scales = spare + SCALES;
  for (let c = 0; c < part.columns; c += 8) {
    const from = rightAddress(job.b, job.bStride, job.kind, part.column + c, start);
    packPanelInt16(job.kind, from, job.bStride, min(8, part.columns - c), depth, to, scales, spare);
    to += <usize>padded(depth) << 4;
    scales += 32;
  }
}

/** sums[row, column] += scaleA·scaleB·Σ over the group of qA·qB, tile by tile. */
function multiplyGroup(job: GemmJob, part: Part, start: i32, depth: i32, spare: usize): void {
  const rows = (job.m + INT16_TILE_ROWS - 1) / INT16_TILE_ROWS * INT16_TILE_ROWS, products = spare + PRODUCTS;
  let a = job.packed + (<usize>(start * rows + part.row * depth) << 1), sums = part.sums;
  let aScales = job.packedScales + (<usize>(start / GROUP * rows + part.row) << 2);
  for (let r = 0; r < part.rows; r += INT16_TILE_ROWS) {
    let b = part.panels, bScales = spare + SCALES;
    for (let c: usize = 0; c < <usize>part.columns << 2; c += 32) {
      int16Tile5x8(depth >> 1, a, b, products);
      scaleTile(products, aScales, bScales, sums + c, part.stride, start > 0);
      b += <usize>depth << 4;
      bScales += 32;
    }
    a += <usize>(depth * INT16_TILE_ROWS) << 1;
    aScales += INT16_TILE_ROWS << 2;
    sums += INT16_TILE_ROWS * part.stride;
  }
}

/** sums[5, 8] = products·aScales[5]·bScales[8], added to what is there or not. */
function scaleTile(products: usize, aScales: usize, bScales: usize, sums: usize, stride: usize, isAdded: bool): void {
  const b0 = v128.load(bScales), b1 = v128.load(bScales, 16);
  scaleRow(products, v128.load32_splat(aScales), b0, b1, sums, isAdded);
  scaleRow(products + 32, v128.load32_splat(aScales, 4), b0, b1, sums + stride, isAdded);
  scaleRow(products + 64, v128.load32_splat(aScales, 8), b0, b1, sums + 2 * stride, isAdded);
  scaleRow(products + 96, v128.load32_splat(aScales, 12), b0, b1, sums + 3 * stride, isAdded);
  scaleRow(products + 128, v128.load32_splat(aScales, 16), b0, b1, sums + 4 * stride, isAdded);
}

@inline
function scaleRow(products: usize, a: v128, b0: v128, b1: v128, sums: usize, isAdded: bool): void {
  const c0 = f32x4.convert_i32x4_s(v128.load(products)), c1 = f32x4.convert_i32x4_s(v128.load(products, 16));
  if (isAdded) {
    v128.store(sums, madd(c0, f32x4.mul(a, b0), v128.load(sums)));
    v128.store(sums, madd(c1, f32x4.mul(a, b1), v128.load(sums, 16)), 16);
  } else {
    v128.store(sums, f32x4.mul(c0, f32x4.mul(a, b0)));
    v128.store(sums, f32x4.mul(c1, f32x4.mul(a, b1)), 16);
  }
}
