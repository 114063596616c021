/**
 * Brings the few rows of A into the form in which weights of 16 bits or less are multiplied with them.
 *
 * Two weights of 16 bits lie in one word, and are taken apart by clearing the other half. So of 8 numbers of A the
 * even ones come first: 0 2 4 6 1 3 5 7. For the product of integers A is rounded, with one scale for each row.
 */
import { copyPadded, quantise } from './pack-left-int16';

/** The largest integer: see BLOCK in gemv.ts. */
const LEVELS: f32 = 32767;

@unmanaged
class GemvLeftJob {
  a: usize;
  /** Bytes from a row of A to the next. */
  stride: usize;
  k: i32;
  /** Float32 [m, k] or 16-bit integers [m, k padded to a multiple of 16]; bytes from a row to the next. */
  x: usize;
  xStride: usize;
  /** Of the integers, [m]; 0 for float32. */
  scales: usize;
}

/** x[row, k] = round(A[row, k]/scales[row]), or A[row, k] with the even ones of 8 before the odd ones. */
export function gemvLeftUnit(fields: usize, row: i32, scratch: usize): void {
  const job = changetype<GemvLeftJob>(fields);
  const a = job.a + <usize>row * job.stride, x = job.x + <usize>row * job.xStride;
  if (job.scales == 0) return splitPairs(a, job.k, x);
  const width = (job.k + 15) & ~15;
  copyPadded(a, 4, job.k, width, scratch);
  store<f32>(job.scales + (<usize>row << 2), quantise(scratch, width, LEVELS, x));
}

/** The numbers after the last 8 stay in order. */
function splitPairs(a: usize, k: i32, x: usize): void {
  let left = k;
  for (; left >= 8; left -= 8) {
    const low = v128.load(a), high = v128.load(a, 16);
    v128.store(x, v128.shuffle<i32>(low, high, 0, 2, 4, 6));
    v128.store(x, v128.shuffle<i32>(low, high, 1, 3, 5, 7), 16);
    a += 32;
    x += 32;
  }
  for (; left > 0; left--) {
    store<f32>(x, load<f32>(a));
    a += 4;
    x += 4;
  }
}
