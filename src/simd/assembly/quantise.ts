/**
 * From numbers to 16-bit integers: groups of at most GROUP along k, each with one scale, so that
 *
 *     x ≈ scale·q,   q = round(x/scale),   scale = max|x|/levels.
 *
 * A group that holds an infinity or NaN has a scale that is none either: whatever its products are, they become NaN.
 */
import { all, madd } from './lanes';
import { four, one } from './pack-right';

/** Numbers of a group, the depth of a block. */
export const GROUP: i32 = 256;
/** The largest q on both sides: GROUP·LEVELS² < 2³¹, the sums of products never overflow. */
export const LEVELS: f32 = 2895;
/** Where the other side is int8. */
export const LEVELS_OF_INT8: f32 = 32767;

/** Bytes of a group as float32, and as 16-bit integers. */
export const STAGED: usize = <usize>GROUP * 4;
export const QUANTISED: usize = <usize>GROUP * 2;

/** Adding 1.5·2²³ rounds a number to an integer and leaves it in the low bits. */
const ROUNDER: f32 = 12582912;
const LARGEST: f32 = 3.4028234663852886e38;

/** What is quantised at once: the numbers of a group after the last are 0. */
@inline
export function padded(count: i32): i32 {
  return (count + 7) & ~7;
}

/** to[i] = from[i] as float32, padded; returns max|from[i]|, or NaN if one is. */
export function stage<T>(from: usize, count: i32, to: usize): f32 {
  // Without its sign bit a float32 is ordered like its bits, infinity and NaN last
  let even = i32x4.splat(0), odd = even;
  let left = count;
  for (; left >= 8; left -= 8) {
    const x = four<T>(from), y = four<T>(from + 4 * sizeof<T>());
    v128.store(to, x);
    v128.store(to, y, 16);
    even = i32x4.max_u(even, i32x4.shl(x, 1));
    odd = i32x4.max_u(odd, i32x4.shl(y, 1));
    from += 8 * sizeof<T>();
    to += 32;
  }
  if (left > 0) {
    for (let i = 0; i < 8; i++) {
      store<f32>(to + (<usize>i << 2), i < left ? one<T>(from + <usize>i * sizeof<T>()) : 0);
    }
    even = i32x4.max_u(even, i32x4.shl(v128.load(to), 1));
    odd = i32x4.max_u(odd, i32x4.shl(v128.load(to, 16), 1));
  }
  return largestOf(i32x4.max_u(even, odd));
}

/** The same for numbers `step` bytes apart. */
export function stageStrided(from: usize, step: usize, count: i32, to: usize): f32 {
  for (let i: usize = 0; i < <usize>count; i++) store<f32>(to + (i << 2), load<f32>(from + i * step));
  return stage<f32>(to, count, to);
}

/** The largest of four magnitudes without a sign bit. */
function largestOf(magnitudes: v128): f32 {
  magnitudes = i32x4.max_u(magnitudes, v128.shuffle<i64>(magnitudes, magnitudes, 1, 0));
  const bits = max(<u32>i32x4.extract_lane(magnitudes, 0), <u32>i32x4.extract_lane(magnitudes, 1));
  return reinterpret<f32>(bits >> 1);
}

/** to[i] = round(from[i]·inverse) as 16-bit integers, padded. */
export function quantise(from: usize, count: i32, inverse: f32, to: usize): void {
  const scale = all(inverse), rounder = all(ROUNDER);
  const end = from + (<usize>padded(count) << 2);
  while (from < end) {
    const low = madd(v128.load(from), scale, rounder), high = madd(v128.load(from, 16), scale, rounder);
    v128.store(to, v128.shuffle<i16>(low, high, 0, 2, 4, 6, 8, 10, 12, 14));
    from += 32;
    to += 16;
  }
}

/** to[i] = from[i], int8 as 16-bit integers, padded. */
export function widen(from: usize, count: i32, to: usize): void {
  let left = count;
  for (; left >= 8; left -= 8) {
    v128.store(to, v128.load8x8_s(from));
    from += 8;
    to += 16;
  }
  if (left > 0) for (let i = 0; i < 8; i++) store<i16>(to + (<usize>i << 1), i < left ? <i16>load<i8>(from + i) : 0);
}

/** 1/scale. Of very small numbers it is limited; of 0 it does not matter; of infinity 0, so that the scale is none. */
@inline
export function inverseScale(largest: f32, levels: f32): f32 {
  return min(levels / largest, LARGEST);
}
