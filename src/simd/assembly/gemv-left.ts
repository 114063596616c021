/**
 * Brings the few rows of A into the form in which weights are multiplied with them where they are: 8 numbers of each
 * row after the other (16 integers), first the first half of those of all rows, then the other half, so that the
 * loops need one address for all.
 *
 * Two weights of 16 bits lie in one word, and are taken apart by clearing the other half. So for them the halves are
 * the even numbers and the odd ones. For the product of integers A is rounded, with one scale for each row.
 */
import { BF16, F16 } from './pack-right';
import { copyPadded, quantise } from './pack-left-int16';

/** The largest integer: see BLOCK in gemv.ts. */
const LEVELS: f32 = 32767;

@unmanaged
class GemvLeftJob {
  a: usize;
  /** Bytes from a row of A to the next. */
  stride: usize;
  m: i32;
  k: i32;
  /** How B is stored. */
  kind: i32;
  x: usize;
  /** Of the integers, [m]; 0 for float32. */
  scales: usize;
}

/** Row `row` of A to its places: A[row, k], or round(A[row, k]/scales[row]). */
export function gemvLeftUnit(fields: usize, row: i32, scratch: usize): void {
  const job = changetype<GemvLeftJob>(fields);
  const a = job.a + <usize>row * job.stride, m = <usize>job.m;
  if (job.scales == 0) {
    const whole = job.k & ~7, tail = job.x + (<usize>whole * m + <usize>(row * (job.k - whole)) << 2);
    const x = job.x + (<usize>row << 4);
    if (job.kind != BF16 && job.kind != F16) spread(a, <usize>whole << 2, x, m << 4);
    else spreadPairs(a, whole, x, m << 4);
    memory.copy(tail, a + (<usize>whole << 2), <usize>(job.k - whole) << 2);
    return;
  }
  const width = (job.k + 7) & ~7, whole = job.k & ~15, integers = scratch + (<usize>width << 2);
  let from = a;
  if (width != job.k) {
    copyPadded(a, 4, job.k, width, scratch);
    from = scratch;
  }
  store<f32>(job.scales + (<usize>row << 2), quantise(from, width, LEVELS, integers));
  spread(integers, whole << 1, job.x + (<usize>row << 4), m << 4);
  const tail = job.x + (<usize>whole * m + <usize>(row * (job.k - whole)) << 1);
  memory.copy(tail, integers + (<usize>whole << 1), <usize>(job.k - whole) << 1);
}

/** Vectors become vectors `step` bytes apart. */
function spread(from: usize, bytes: usize, to: usize, step: usize): void {
  const end = from + bytes;
  for (; from < end; from += 16, to += step) v128.store(to, v128.load(from));
}

/** Of 8 numbers the even ones come first. */
function spreadPairs(from: usize, count: i32, to: usize, step: usize): void {
  const end = from + (<usize>count << 2);
  while (from < end) {
    const low = v128.load(from), high = v128.load(from, 16);
    v128.store(to, v128.shuffle<i32>(low, high, 0, 2, 4, 6));
    v128.store(to + step, v128.shuffle<i32>(low, high, 1, 3, 5, 7));
    from += 32;
    to += 2 * step;
  }
}
