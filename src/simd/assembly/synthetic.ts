/**
 * Values made by a rule instead of read, as bf16: value i is a hash of i, spread over an interval.
 *
 *     x = key + i·0x9E3779B1;  x ^= x >> 16;  x *= 0x85EBCA6B;  x ^= x >> 13;  x *= 0xC2B2AE35;  x ^= x >> 16
 *     value = bf16(lowest + (x >> 8)·step)
 *
 * A unit is 16,384 values. The product is exact (`step` is a power of two), so that fused or not makes no
 * difference.
 */
import { all } from './lanes';

const COUNT: i32 = 16384;
const GOLDEN: u32 = 0x9e3779b1;

@unmanaged
class SyntheticJob {
  /** bf16, 2 bytes a value. */
  to: usize;
  count: i32;
  /** x of the first value. */
  key: u32;
  lowest: f32;
  step: f32;
}

export function syntheticUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SyntheticJob>(fields);
  const first = unit * COUNT;
  const to = job.to + (<usize>first << 1);
  fill(to, min(COUNT, job.count - first), job.key + <u32>first * GOLDEN, job.lowest, job.step);
}

export function fill(to: usize, count: i32, key: u32, lowest: f32, step: f32): void {
  const base = all(lowest);
  const steps = all(step);
  const eight = i32x4.splat(8 * GOLDEN);
  let low = i32x4.add(i32x4.splat(key), i32x4(0, GOLDEN, 2 * GOLDEN, 3 * GOLDEN));
  let high = i32x4.add(low, i32x4.splat(4 * GOLDEN));
  const end = to + (<usize>count << 1);
  const whole = to + (<usize>(count & ~7) << 1);
  while (to < whole) {
    v128.store(to, i16x8.narrow_i32x4_u(valuesOf(low, base, steps), valuesOf(high, base, steps)));
    low = i32x4.add(low, eight);
    high = i32x4.add(high, eight);
    to += 16;
  }
  while (to < end) {
    store<u16>(to, <u16>i32x4.extract_lane(valuesOf(low, base, steps), 0));
    low = i32x4.add(low, i32x4.splat(GOLDEN));
    to += 2;
  }
}

/** The bf16 patterns of four values, each in the low half of its lane. */
@inline
function valuesOf(x: v128, base: v128, steps: v128): v128 {
  x = v128.xor(x, i32x4.shr_u(x, 16));
  x = i32x4.mul(x, i32x4.splat(0x85ebca6b));
  x = v128.xor(x, i32x4.shr_u(x, 13));
  x = i32x4.mul(x, i32x4.splat(0xc2b2ae35));
  x = v128.xor(x, i32x4.shr_u(x, 16));
  const value = f32x4.add(base, f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(x, 8)), steps));
  const odd = v128.and(i32x4.shr_u(value, 16), i32x4.splat(1)); // to nearest, ties to even
  return i32x4.shr_u(i32x4.add(i32x4.add(value, odd), i32x4.splat(0x7fff)), 16);
}
