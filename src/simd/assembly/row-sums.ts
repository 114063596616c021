/** Sums along a row of `n` float32, with a fixed order of additions. */
import { madd, sumOf } from './lanes';

/** The address behind `n` float32 at `x`. */
@inline
export function endOf(x: usize, n: i32): usize {
  return x + (<usize>n << 2);
}

/** Σ xᵢ. */
export function sum(x: usize, n: i32): f32 {
  const end = endOf(x, n);
  const fours = endOf(x, n & ~3);
  const blocks = endOf(x, n & ~15);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  while (x < blocks) {
    s0 = f32x4.add(s0, v128.load(x));
    s1 = f32x4.add(s1, v128.load(x, 16));
    s2 = f32x4.add(s2, v128.load(x, 32));
    s3 = f32x4.add(s3, v128.load(x, 48));
    x += 64;
  }
  s0 = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  while (x < fours) {
    s0 = f32x4.add(s0, v128.load(x));
    x += 16;
  }
  while (x < end) {
    s0 = f32x4.add(s0, v128.load_zero<f32>(x));
    x += 4;
  }
  return sumOf(s0);
}

/** Σ (xᵢ − mean)². */
export function squareSum(x: usize, mean: f32, n: i32): f32 {
  const end = endOf(x, n);
  const fours = endOf(x, n & ~3);
  const blocks = endOf(x, n & ~15);
  const centre = f32x4.splat(mean);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  while (x < blocks) {
    s0 = addSquare(f32x4.sub(v128.load(x), centre), s0);
    s1 = addSquare(f32x4.sub(v128.load(x, 16), centre), s1);
    s2 = addSquare(f32x4.sub(v128.load(x, 32), centre), s2);
    s3 = addSquare(f32x4.sub(v128.load(x, 48), centre), s3);
    x += 64;
  }
  s0 = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3));
  while (x < fours) {
    s0 = addSquare(f32x4.sub(v128.load(x), centre), s0);
    x += 16;
  }
  let rest: f32 = 0;
  while (x < end) {
    rest += (load<f32>(x) - mean) * (load<f32>(x) - mean);
    x += 4;
  }
  return sumOf(s0) + rest;
}

@inline
function addSquare(x: v128, s: v128): v128 {
  return madd(x, x, s);
}

/** Σ aᵢ·(xᵢ − shift). */
export function dot(a: usize, x: usize, shift: f32, n: i32): f32 {
  const end = endOf(a, n);
  const fours = endOf(a, n & ~3);
  const blocks = endOf(a, n & ~7);
  const centre = f32x4.splat(shift);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  while (a < blocks) {
    s0 = madd(v128.load(a), f32x4.sub(v128.load(x), centre), s0);
    s1 = madd(v128.load(a, 16), f32x4.sub(v128.load(x, 16), centre), s1);
    a += 32;
    x += 32;
  }
  s0 = f32x4.add(s0, s1);
  while (a < fours) {
    s0 = madd(v128.load(a), f32x4.sub(v128.load(x), centre), s0);
    a += 16;
    x += 16;
  }
  let rest: f32 = 0;
  while (a < end) {
    rest += load<f32>(a) * (load<f32>(x) - shift);
    a += 4;
    x += 4;
  }
  return sumOf(s0) + rest;
}

/** Σ aᵢ·wᵢ·(xᵢ − shift). */
export function weightedDot(a: usize, w: usize, x: usize, shift: f32, n: i32): f32 {
  const end = endOf(a, n);
  const fours = endOf(a, n & ~3);
  const blocks = endOf(a, n & ~7);
  const centre = f32x4.splat(shift);
  let s0 = f32x4.splat(0);
  let s1 = s0;
  while (a < blocks) {
    s0 = madd(f32x4.mul(v128.load(a), v128.load(w)), f32x4.sub(v128.load(x), centre), s0);
    s1 = madd(f32x4.mul(v128.load(a, 16), v128.load(w, 16)), f32x4.sub(v128.load(x, 16), centre), s1);
    a += 32;
    w += 32;
    x += 32;
  }
  s0 = f32x4.add(s0, s1);
  while (a < fours) {
    s0 = madd(f32x4.mul(v128.load(a), v128.load(w)), f32x4.sub(v128.load(x), centre), s0);
    a += 16;
    w += 16;
    x += 16;
  }
  let rest: f32 = 0;
  while (a < end) {
    rest += load<f32>(a) * load<f32>(w) * (load<f32>(x) - shift);
    a += 4;
    w += 4;
    x += 4;
  }
  return sumOf(s0) + rest;
}
