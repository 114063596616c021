/**
 * Root-mean-square normalisation of rows: y = x·r·w with r = 1/√(mean(x²) + ε).
 *
 * Rows lie `stride` bytes apart, and may be part of longer ones; `y` may be `x`.
 */
import { endOf, squareSum } from './row-sums';

@unmanaged
class RmsNormJob {
  x: usize;
  xStride: usize;
  w: usize;
  y: usize;
  yStride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  epsilon: f32;
}

export function rmsNormUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<RmsNormJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  let x = job.x + <usize>first * job.xStride;
  let y = job.y + <usize>first * job.yStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    scaleRow(x, inverseRms(x, n, job.epsilon), job.w, n, y);
    x += job.xStride;
    y += job.yStride;
  }
}

/** r = 1/√(mean(x²) + ε). */
@inline
export function inverseRms(x: usize, n: i32, epsilon: f32): f32 {
  return 1 / sqrt<f32>(squareSum(x, 0, n) / <f32>n + epsilon);
}

/** yᵢ = xᵢ·r·wᵢ. */
function scaleRow(x: usize, r: f32, w: usize, n: i32, y: usize): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  const scale = f32x4.splat(r);
  while (x < whole) {
    v128.store(y, f32x4.mul(f32x4.mul(v128.load(x), scale), v128.load(w)));
    x += 16;
    w += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, load<f32>(x) * r * load<f32>(w));
    x += 4;
    w += 4;
    y += 4;
  }
}
