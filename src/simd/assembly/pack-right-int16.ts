/** Packs B for the product of 16-bit integers: panels of 8 columns, in a panel for each pair of k their pairs. */
import { all, storeTransposed } from './lanes';
import { rowAt } from './pack-left';
import { I8, packPanel } from './pack-right';
import { GROUP, inverseScales, largerOf, padded, rounded } from './quantise';

/** What B is rounded to: GROUP·LEVELS² < 2³¹, so the sums of products never overflow. */
const LEVELS: f32 = 2895;
/** What `packPanelInt16` needs of scratch memory: a panel in float32. */
export const PACK_BYTES: usize = <usize>GROUP * 32;

/**
 * to[pair][column] = round(B[k, column]/scales[column]) for one group of 8 columns. Int8 is taken as it is, with a
 * scale of 1: its own scales belong to the epilogue.
 */
export function packPanelInt16(
  kind: i32, from: usize, stride: usize, columns: i32, depth: i32, to: usize, scales: usize, panel: usize,
): void {
  if (kind == I8) {
    widenFour(from, stride, 0, columns, depth, to);
    widenFour(from, stride, 4, columns, depth, to + 16);
    v128.store(scales, all(1));
    v128.store(scales, all(1), 16);
    return;
  }
  packPanel(kind, from, stride, columns, depth, panel);
  const end = panel + (<usize>padded(depth) << 5);
  for (let p = panel + (<usize>depth << 5); p < end; p += 16) v128.store(p, all(0));
  quantiseFour(panel, end, to, scales);
  quantiseFour(panel + 16, end, to + 16, scales + 16);
}

/** to[pair][i] = both numbers of a pair of row `row` + i as 16-bit integers, for four rows of int8. */
function widenFour(from: usize, stride: usize, row: i32, rows: i32, depth: i32, to: usize): void {
  const p1 = rowAt(from, stride, row + 1, rows), p2 = rowAt(from, stride, row + 2, rows);
  const p0 = rowAt(from, stride, row, rows), p3 = rowAt(from, stride, row + 3, rows);
  const whole = <usize>(depth & ~7);
  for (let i: usize = 0; i < whole; i += 8) {
    const r0 = v128.load8x8_s(p0 + i), r1 = v128.load8x8_s(p1 + i);
    storeTransposed(r0, r1, v128.load8x8_s(p2 + i), v128.load8x8_s(p3 + i), to, 32);
    to += 128;
  }
  for (let i = whole; i < <usize>padded(depth); i++) {
    const isInside = i < <usize>depth, at = to + (i & 1) * 2;
    store<i16>(at, isInside ? <i16>load<i8>(p0 + i) : 0);
    store<i16>(at, isInside ? <i16>load<i8>(p1 + i) : 0, 4);
    store<i16>(at, isInside ? <i16>load<i8>(p2 + i) : 0, 8);
    store<i16>(at, isInside ? <i16>load<i8>(p3 + i) : 0, 12);
    to += (i & 1) * 32;
  }
}

/** to[pair][column] for four columns of the panel; and their scales. */
function quantiseFour(panel: usize, end: usize, to: usize, scales: usize): void {
  const inverse = inverseScales(largestOf(panel, end), LEVELS);
  v128.store(scales, f32x4.div(all(1), inverse));
  while (panel < end) {
    const even = rounded(v128.load(panel), inverse), odd = rounded(v128.load(panel, 32), inverse);
    v128.store(to, v128.shuffle<i16>(even, i32x4.shl(odd, 16), 0, 9, 2, 11, 4, 13, 6, 15));
    panel += 64;
    to += 32;
  }
}

/** max|x[k]| of four columns. */
function largestOf(panel: usize, end: usize): v128 {
  let even = i32x4.splat(0), odd = even;
  while (panel < end) {
    even = largerOf(even, v128.load(panel));
    odd = largerOf(odd, v128.load(panel, 32));
    panel += 64;
  }
  return i32x4.max_u(even, odd);
}
