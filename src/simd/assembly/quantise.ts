/**
 * From float32 to 16-bit integers: groups of at most GROUP along k, each with one scale, so that
 *
 *     x ≈ scale·q,   q = round(x/scale),   scale = max|x|/levels.
 *
 * A group that holds NaN has NaN for a scale; one that holds an infinity has an infinite scale and q = 0. Either
 * way all its products become NaN.
 */
import { all, madd } from './lanes';

/** Numbers of a group, the depth of a block. */
export const GROUP: i32 = 256;
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

/** x·inverse of four lanes, rounded, in the low 16 bits of each. */
@inline
export function rounded(x: v128, inverse: v128): v128 {
  return madd(x, inverse, all(ROUNDER));
}

/** The larger magnitude of each lane; `largest` is shifted left over the sign bit. As integers NaN is the largest. */
@inline
export function largerOf(largest: v128, x: v128): v128 {
  return i32x4.max_u(largest, i32x4.shl(x, 1));
}

/** levels/largest = 1/scale of four lanes: finite for 0, where it does not matter. */
@inline
export function inverseScales(largest: v128, levels: f32): v128 {
  return f32x4.pmin(f32x4.div(all(levels), i32x4.shr_u(largest, 1)), all(LARGEST)); // NaN first keeps it
}
