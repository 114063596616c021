/** The two products of attention on a panel, the scores of 8 queries. */
import { TILE_ROWS, tileRows } from './attention-pack';
import { tile4x8, tile5x8, tile6x8 } from './tiles';
import { storeTransposed } from './lanes';

/** s[k, j] (+)= Σ_d keyTiles[k, d] · queries[d, j]: the panel [keys, 8], with up to 5 rows more than it has. */
export function scorePanel(
  s: usize,
  keyTiles: usize,
  queries: usize,
  keys: i32,
  headDim: i32,
  accumulate: bool,
): void {
  for (let left = keys; left > 0; left -= TILE_ROWS) {
    if (left <= 4) tile4x8(headDim, keyTiles, queries, s, 32, accumulate);
    else if (ASC_FEATURE_RELAXED_SIMD) tile6x8(headDim, keyTiles, queries, s, 32, accumulate);
    else tile5x8(headDim, keyTiles, queries, s, 32, accumulate);
    keyTiles += <usize>(tileRows(left) * headDim) * 4;
    s += 32 * <usize>TILE_ROWS;
  }
}

/** out[j, d] = factor[j] · Σₖ strips[k, d] · weights[k, j], for the first `count` of 8 rows j. */
export function mixPanel(
  out: usize,
  outRow: usize,
  count: i32,
  columns: i32,
  strips: usize,
  weights: usize,
  keys: i32,
  factor: usize,
  tile: usize,
): void {
  for (let d = 0; d < columns; d += 4) {
    tile4x8(keys, strips, weights, tile, 32, false);
    if (count == 8 && d + 4 <= columns) {
      storeScaled(tile, factor, out, outRow);
    } else {
      storeScaled(tile, factor, tile, 16);
      copyCorner(out, outRow, tile, count, min(4, columns - d));
    }
    strips += <usize>keys * 16;
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

/** out[r, c] = from[r, c] for r < rows, c < columns, where a row of `from` has four columns. */
function copyCorner(out: usize, outRow: usize, from: usize, rows: i32, columns: i32): void {
  for (let r = 0; r < rows; r++) {
    for (let c: usize = 0; c < <usize>columns; c++) store<f32>(out + 4 * c, load<f32>(from + 4 * c));
    out += outRow;
    from += 16;
  }
}
