/** Words for four float32 lanes: the few operations of which all kernels are made. */

/** a·b + c: one rounding with relaxed SIMD (a fused instruction), two without. */
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b. */
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** All four lanes x. */
@inline
export function all(x: f32): v128 {
  return f32x4.splat(x);
}

/** The sum of the four lanes. */
@inline
export function sumOf(v: v128): f32 {
  const t = f32x4.add(v, v128.shuffle<i64>(v, v, 1, 0));
  return f32x4.extract_lane(t, 0) + f32x4.extract_lane(t, 1);
}

/** The largest of the four lanes; NaN if one is NaN. */
@inline
export function maxOf(v: v128): f32 {
  const t = f32x4.max(v, v128.shuffle<i64>(v, v, 1, 0));
  return max(f32x4.extract_lane(t, 0), f32x4.extract_lane(t, 1));
}

/** Four rows of four become four columns, stored `stride` bytes apart. */
@inline
export function storeTransposed(r0: v128, r1: v128, r2: v128, r3: v128, to: usize, stride: usize): void {
  const a = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7);
  const c = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const d = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(a, c, 0, 2));
  v128.store(to + stride, v128.shuffle<i64>(a, c, 1, 3));
  v128.store(to + 2 * stride, v128.shuffle<i64>(b, d, 0, 2));
  v128.store(to + 3 * stride, v128.shuffle<i64>(b, d, 1, 3));
}
