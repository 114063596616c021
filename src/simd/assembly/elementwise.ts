/**
 * Sums and products of contiguous numbers: y = a + b·factor, y = x·factor, and y = x + branch·scale[sample].
 *
 * A unit is 8192 numbers, of one sample. Results may lie where an operand does.
 */
import { madd } from './lanes';
import { endOf } from './row-sums';

const COUNT: i32 = 8192;

@unmanaged
class AddJob {
  a: usize;
  b: usize;
  y: usize;
  count: i32;
  factor: f32;
}

export function addUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<AddJob>(fields);
  const first = unit * COUNT;
  const count = min(COUNT, job.count - first);
  addScaled(endOf(job.a, first), endOf(job.b, first), job.factor, count, endOf(job.y, first));
}

@unmanaged
class ScaleJob {
  x: usize;
  y: usize;
  count: i32;
  factor: f32;
}

export function scaleUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ScaleJob>(fields);
  const first = unit * COUNT;
  scale(endOf(job.x, first), job.factor, min(COUNT, job.count - first), endOf(job.y, first));
}

@unmanaged
class ScaledResidualJob {
  /** 0 for the branch alone. */
  x: usize;
  branch: usize;
  /** A factor for each sample. */
  scales: usize;
  y: usize;
  n: i32;
  unitsPerSample: i32;
}

export function scaledResidualUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ScaledResidualJob>(fields);
  const sample = unit / job.unitsPerSample;
  const part = (unit - sample * job.unitsPerSample) * COUNT;
  const count = min(COUNT, job.n - part);
  const first = sample * job.n + part;
  const factor = load<f32>(endOf(job.scales, sample));
  const branch = endOf(job.branch, first);
  const y = endOf(job.y, first);
  if (job.x == 0) scale(branch, factor, count, y);
  else addScaled(endOf(job.x, first), branch, factor, count, y);
}

/** yᵢ = aᵢ + bᵢ·factor. */
function addScaled(a: usize, b: usize, factor: f32, n: i32, y: usize): void {
  const end = endOf(a, n);
  const whole = endOf(a, n & ~3);
  const factors = f32x4.splat(factor);
  while (a < whole) {
    v128.store(y, madd(v128.load(b), factors, v128.load(a)));
    a += 16;
    b += 16;
    y += 16;
  }
  while (a < end) {
    store<f32>(y, load<f32>(a) + load<f32>(b) * factor);
    a += 4;
    b += 4;
    y += 4;
  }
}

/** yᵢ = xᵢ·factor. */
function scale(x: usize, factor: f32, n: i32, y: usize): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  const factors = f32x4.splat(factor);
  while (x < whole) {
    v128.store(y, f32x4.mul(v128.load(x), factors));
    x += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, load<f32>(x) * factor);
    x += 4;
    y += 4;
  }
}
