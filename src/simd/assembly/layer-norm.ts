/**
 * Layer normalisation of rows: y = (x − μ)·r·w + b with r = 1/√(mean((x − μ)²) + ε), μ the mean of the row.
 *
 * Rows lie `stride` bytes apart, and may be part of longer ones; `y` may be `x`.
 */
import { madd } from './lanes';
import { endOf, squareSum, sum } from './row-sums';

@unmanaged
class LayerNormJob {
  x: usize;
  xStride: usize;
  w: usize;
  b: usize;
  y: usize;
  yStride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  epsilon: f32;
}

export function layerNormUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<LayerNormJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  let x = job.x + <usize>first * job.xStride;
  let y = job.y + <usize>first * job.yStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    const mean = sum(x, n) / <f32>n;
    normalizeRow(x, mean, inverseDeviation(x, mean, n, job.epsilon), job.w, job.b, n, y);
    x += job.xStride;
    y += job.yStride;
  }
}

/** r = 1/√(mean((x − μ)²) + ε). */
@inline
export function inverseDeviation(x: usize, mean: f32, n: i32, epsilon: f32): f32 {
  return 1 / sqrt<f32>(squareSum(x, mean, n) / <f32>n + epsilon);
}

/** yᵢ = (xᵢ − μ)·r·wᵢ + bᵢ. */
function normalizeRow(x: usize, mean: f32, r: f32, w: usize, b: usize, n: i32, y: usize): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  const centre = f32x4.splat(mean);
  const scale = f32x4.splat(r);
  while (x < whole) {
    const normalised = f32x4.mul(f32x4.sub(v128.load(x), centre), scale);
    v128.store(y, madd(normalised, v128.load(w), v128.load(b)));
    x += 16;
    w += 16;
    b += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, (load<f32>(x) - mean) * r * load<f32>(w) + load<f32>(b));
    x += 4;
    w += 4;
    b += 4;
    y += 4;
  }
}
