/** The matrix products of attention, made of register tiles. */
import { TILE_ROWS, tileRows } from './attention-pack';
import { storeTransposed } from './lanes';
import { tile4x8, tile5x8, tile6x8 } from './tiles';

/** c[height, 8] (+)= Σ a[·, height]ᵀ · b[·, 8]. */
@inline
function multiplyTile(height: i32, k: i32, a: usize, b: usize, c: usize, stride: usize, add: bool): void {
  if (height == 4) tile4x8(k, a, b, c, stride, add);
  else if (ASC_FEATURE_RELAXED_SIMD) tile6x8(k, a, b, c, stride, add);
  else tile5x8(k, a, b, c, stride, add);
}

/** panel[r, j] (+)= Σ_d tiles[r, d] · right[d, j]: [rows, depth] × [depth, 8], and up to SPARE_ROWS more. */
export function multiplyPanel(
  panel: usize,
  tiles: usize,
  right: usize,
  rows: i32,
  depth: i32,
  add: bool,
): void {
  for (let left = rows; left > 0; left -= TILE_ROWS) {
    const height = tileRows(left);
    multiplyTile(height, depth, tiles, right, panel, 32, add);
    tiles += <usize>(height * depth) * 4;
    panel += <usize>height * 32;
  }
}

/**
 * out[r, c] (+)= Σₜ tiles[r, t] · strips[t, c]: [rows, depth] × [depth, columns], where strips have 8 columns
 * and tiles room for `width` ≥ depth.
 */
export function multiplyStrips(
  out: usize,
  outRow: usize,
  tiles: usize,
  width: i32,
  strips: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  add: bool,
  corner: usize,
): void {
  for (let left = rows; left > 0; left -= TILE_ROWS) {
    const height = tileRows(left);
    let strip = strips;
    for (let c = 0; c < columns; c += 8) {
      const at = out + <usize>c * 4;
      if (height <= left && c + 8 <= columns) {
        multiplyTile(height, depth, tiles, strip, at, outRow, add);
      } else {
        multiplyTile(height, depth, tiles, strip, corner, 32, false);
        writeCorner(at, outRow, corner, 32, min(height, left), min(8, columns - c), add);
      }
      strip += <usize>depth * 32;
    }
    tiles += <usize>(height * width) * 4;
    out += <usize>height * outRow;
  }
}

/** out[j, d] = factor[j] · Σₖ panel[k, j] · strips[k, d] for `count` ≤ 8 rows j; strips have 4 columns. */
export function mixStrips(
  out: usize,
  outRow: usize,
  panel: usize,
  strips: usize,
  count: i32,
  columns: i32,
  depth: i32,
  factor: usize,
  corner: usize,
): void {
  for (let d = 0; d < columns; d += 4) {
    tile4x8(depth, strips, panel, corner, 32, false);
    if (count == 8 && d + 4 <= columns) {
      storeScaled(corner, factor, out, outRow);
    } else {
      storeScaled(corner, factor, corner, 16);
      writeCorner(out, outRow, corner, 16, count, min(4, columns - d), false);
    }
    strips += <usize>depth * 16;
    out += 16;
  }
}

/** to[j, i] = tile[i, j] · factor[j]: [4, 8] → [8, 4]; `to` may be the tile itself. */
@inline
function storeScaled(tile: usize, factor: usize, to: usize, stride: usize): void {
  const f0 = v128.load(factor);
  const f1 = v128.load(factor, 16);
  const a0 = f32x4.mul(v128.load(tile), f0);
  const b0 = f32x4.mul(v128.load(tile, 16), f1);
  const a1 = f32x4.mul(v128.load(tile, 32), f0);
  const b1 = f32x4.mul(v128.load(tile, 48), f1);
  const a2 = f32x4.mul(v128.load(tile, 64), f0);
  const b2 = f32x4.mul(v128.load(tile, 80), f1);
  const a3 = f32x4.mul(v128.load(tile, 96), f0);
  const b3 = f32x4.mul(v128.load(tile, 112), f1);
  storeTransposed(a0, a1, a2, a3, to, stride);
  storeTransposed(b0, b1, b2, b3, to + 4 * stride, stride);
}

/** out[r, c] (+)= corner[r, c]. */
function writeCorner(
  out: usize,
  outRow: usize,
  corner: usize,
  cornerRow: usize,
  rows: i32,
  columns: i32,
  add: bool,
): void {
  const bytes = <usize>columns * 4;
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < bytes; c += 4) {
      const sum = load<f32>(corner + c) + (add ? load<f32>(out + c) : 0);
      store<f32>(out + c, sum);
    }
    out += outRow;
    corner += cornerRow;
  }
}
