/**
 * The gradients of root-mean-square normalisation y = x·r·w:
 *
 *     dx = r·dy·w − x·r³·mean(dy·w·x),   dw = Σ over rows of dy·x·r
 *
 * `dx` may be `dy` or `x`. A unit leaves its part of dw in a row of `partials`; another job sums these.
 */
import { madd, nmadd } from './lanes';
import { inverseRms } from './rms-norm';
import { endOf, weightedDot } from './row-sums';

@unmanaged
class RmsNormBackwardJob {
  x: usize;
  xStride: usize;
  w: usize;
  dy: usize;
  dyStride: usize;
  dx: usize;
  dxStride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  epsilon: f32;
  partials: usize;
}

export function rmsNormBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<RmsNormBackwardJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const dw = endOf(job.partials, unit * n);
  memory.fill(dw, 0, <usize>n << 2);
  let x = job.x + <usize>first * job.xStride;
  let dy = job.dy + <usize>first * job.dyStride;
  let dx = job.dx + <usize>first * job.dxStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    const r = inverseRms(x, n, job.epsilon);
    const projection = r * (r * (r * (weightedDot(dy, job.w, x, 0, n) / <f32>n)));
    rowBackward(x, job.w, dy, n, r, projection, dx, dw);
    x += job.xStride;
    dy += job.dyStride;
    dx += job.dxStride;
  }
}

/** dxᵢ = dyᵢ·r·wᵢ − xᵢ·projection;  dwᵢ += dyᵢ·r·xᵢ. */
function rowBackward(
  x: usize, w: usize, dy: usize, n: i32, r: f32, projection: f32, dx: usize, dw: usize,
): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  const scale = f32x4.splat(r);
  const along = f32x4.splat(projection);
  while (x < whole) {
    const scaled = f32x4.mul(v128.load(dy), scale);
    const value = v128.load(x);
    v128.store(dw, madd(scaled, value, v128.load(dw)));
    v128.store(dx, nmadd(value, along, f32x4.mul(scaled, v128.load(w))));
    x += 16;
    w += 16;
    dy += 16;
    dx += 16;
    dw += 16;
  }
  while (x < end) {
    const scaled = load<f32>(dy) * r;
    const value = load<f32>(x);
    store<f32>(dw, load<f32>(dw) + scaled * value);
    store<f32>(dx, scaled * load<f32>(w) - value * projection);
    x += 4;
    w += 4;
    dy += 4;
    dx += 4;
    dw += 4;
  }
}
