/**
 * AdamW with decoupled weight decay over a range of numbers, in the order of operations of
 * `src/train/adamw.ts`: float64 arithmetic, stored in float32.
 *
 *     g ← float32(g·clip)   m ← m + (1 − β₁)(g − m)   v ← β₂·v + (1 − β₂)·g·g
 *     p ← p·kept − stepSize·m / (√v·secondScale + ε)
 */
const COUNT: i32 = 4096;

/** The float64 numbers come first, where they are aligned. */
@unmanaged
class AdamWJob {
  clip: f64;
  firstShare: f64;
  beta2: f64;
  secondShare: f64;
  kept: f64;
  stepSize: f64;
  secondScale: f64;
  epsilon: f64;
  parameter: usize;
  gradient: usize;
  first: usize;
  second: usize;
  count: i32;
}

export function adamWUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<AdamWJob>(fields);
  const start = unit * COUNT;
  const count = min(COUNT, job.count - start);
  const at = <usize>start << 2;
  adamWRange(job, job.parameter + at, job.gradient + at, job.first + at, job.second + at, count);
}

/** Two numbers at a time, which is what 128 bits of float64 hold; an odd last one alone. */
function adamWRange(job: AdamWJob, p: usize, g: usize, m: usize, v: usize, count: i32): void {
  const end = p + (<usize>count << 2);
  const pairs = p + (<usize>(count & ~1) << 2);
  while (p < pairs) {
    const first = updatedFirst(job, v128.load64_zero(m), v128.load64_zero(g));
    const second = updatedSecond(job, v128.load64_zero(v), v128.load64_zero(g));
    v128.store64_lane(m, f32x4.demote_f64x2_zero(first), 0);
    v128.store64_lane(v, f32x4.demote_f64x2_zero(second), 0);
    v128.store64_lane(p, updated(job, v128.load64_zero(p), first, second), 0);
    p += 8;
    g += 8;
    m += 8;
    v += 8;
  }
  if (p < end) {
    const first = updatedFirst(job, v128.load32_zero(m), v128.load32_zero(g));
    const second = updatedSecond(job, v128.load32_zero(v), v128.load32_zero(g));
    v128.store32_lane(m, f32x4.demote_f64x2_zero(first), 0);
    v128.store32_lane(v, f32x4.demote_f64x2_zero(second), 0);
    v128.store32_lane(p, updated(job, v128.load32_zero(p), first, second), 0);
  }
}

/** float32(g·clip), as float64. */
@inline
function clipped(job: AdamWJob, g: v128): v128 {
  const scaled = f64x2.mul(f64x2.promote_low_f32x4(g), f64x2.splat(job.clip));
  return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(scaled));
}

/** m + (1 − β₁)(g − m). */
@inline
function updatedFirst(job: AdamWJob, stored: v128, g: v128): v128 {
  const m = f64x2.promote_low_f32x4(stored);
  return f64x2.add(m, f64x2.mul(f64x2.splat(job.firstShare), f64x2.sub(clipped(job, g), m)));
}

/** β₂·v + (1 − β₂)·g·g. */
@inline
function updatedSecond(job: AdamWJob, stored: v128, g: v128): v128 {
  const v = f64x2.promote_low_f32x4(stored);
  const gradient = clipped(job, g);
  const square = f64x2.mul(f64x2.mul(f64x2.splat(job.secondShare), gradient), gradient);
  return f64x2.add(f64x2.mul(f64x2.splat(job.beta2), v), square);
}

/** p·kept − stepSize·m / (√v·secondScale + ε), in float32. */
@inline
function updated(job: AdamWJob, stored: v128, m: v128, v: v128): v128 {
  const p = f64x2.promote_low_f32x4(stored);
  const root = f64x2.mul(f64x2.sqrt(v), f64x2.splat(job.secondScale));
  const step = f64x2.div(f64x2.mul(f64x2.splat(job.stepSize), m), f64x2.add(root, f64x2.splat(job.epsilon)));
  return f32x4.demote_f64x2_zero(f64x2.sub(f64x2.mul(p, f64x2.splat(job.kept)), step));
}
