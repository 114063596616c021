/** Packs B for the product of 16-bit integers: panels of 8 columns, in a panel for each pair of k their pairs. */
import { BF16, F16, F32, F32_TRANSPOSED, I8, packPanel } from './pack-right';
import { inverseScale, LEVELS, padded, QUANTISED, quantise, STAGED, stage, stageStrided, widen } from './quantise';

/** What `packPanelInt16` needs of scratch memory. */
export const PACK_BYTES: usize = STAGED + 8 * QUANTISED;

/**
 * to[pair][column] = round(B[k, column]/scales[column]) for one group of 8 columns, of which those after the last
 * repeat it. Int8 is taken as it is, with a scale of 1: its own scales belong to the epilogue.
 */
export function packPanelInt16(
  kind: i32, from: usize, stride: usize, columns: i32, depth: i32, to: usize, scales: usize, scratch: usize,
): void {
  let integers = scratch + STAGED;
  for (let column = 0; column < columns; column++) {
    if (kind == I8) {
      widen(from, depth, integers);
      store<f32>(scales, 1);
    } else {
      const inverse = inverseScale(stageColumn(kind, from, stride, depth, scratch), LEVELS);
      quantise(scratch, depth, inverse, integers);
      store<f32>(scales, 1 / inverse);
    }
    from += kind == F32_TRANSPOSED ? 4 : stride;
    integers += QUANTISED;
    scales += 4;
  }
  packPanel(F32, scratch + STAGED, QUANTISED, columns, padded(depth) >> 1, to); // pairs are words, moved as float32 are
}

/** Float32 at `to`; returns the largest magnitude. */
function stageColumn(kind: i32, from: usize, stride: usize, depth: i32, to: usize): f32 {
  if (kind == F32) return stage<f32>(from, depth, to);
  if (kind == BF16) return stage<u16>(from, depth, to);
  if (kind == F16) return stage<i16>(from, depth, to);
  return stageStrided(from, stride, depth, to);
}
