/** Packs B for the product of 16-bit integers: panels of 8 columns, in a panel for each pair of k their pairs. */
import { all } from './lanes';
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
  packPanel(kind, from, stride, columns, depth, panel);
  const end = panel + (<usize>padded(depth) << 5);
  for (let p = panel + (<usize>depth << 5); p < end; p += 16) v128.store(p, all(0));
  quantiseFour(kind, panel, end, to, scales);
  quantiseFour(kind, panel + 16, end, to + 16, scales + 16);
}

/** Four of the columns. */
function quantiseFour(kind: i32, panel: usize, end: usize, to: usize, scales: usize): void {
  const inverse = kind == I8 ? all(1) : inverseScales(largestOf(panel, end), LEVELS);
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
