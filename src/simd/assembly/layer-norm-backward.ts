/**
 * The gradients of layer normalisation y = x̂·w + b, x̂ = (x − μ)·r:
 *
 *     dx = r·(dy·w − mean(dy·w) − x̂·mean(dy·w·x̂)),   dw = Σ over rows of dy·x̂,   db = Σ over rows of dy
 *
 * `dx` may be `dy` or `x`. A unit leaves its part of dw, and behind it of db, in a row of `partials`; other
 * jobs sum these.
 */
import { madd, nmadd } from './lanes';
import { inverseDeviation } from './layer-norm';
import { dot, endOf, sum, weightedDot } from './row-sums';

@unmanaged
class LayerNormBackwardJob {
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

export function layerNormBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<LayerNormBackwardJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const dw = endOf(job.partials, unit * 2 * n);
  memory.fill(dw, 0, <usize>n << 3);
  let x = job.x + <usize>first * job.xStride;
  let dy = job.dy + <usize>first * job.dyStride;
  let dx = job.dx + <usize>first * job.dxStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    const mean = sum(x, n) / <f32>n;
    const r = inverseDeviation(x, mean, n, job.epsilon);
    const shift = r * (dot(dy, job.w, 0, n) / <f32>n);
    const projection = r * (r * (weightedDot(dy, job.w, x, mean, n) / <f32>n));
    rowBackward(x, mean, job.w, dy, n, r, projection, shift, dx, dw);
    x += job.xStride;
    dy += job.dyStride;
    dx += job.dxStride;
  }
}

/** With x̂ = (xᵢ − μ)·r: dxᵢ = dyᵢ·r·wᵢ − shift − x̂·projection;  dwᵢ += dyᵢ·x̂;  dbᵢ += dyᵢ. */
function rowBackward(
  x: usize, mean: f32, w: usize, dy: usize, n: i32, r: f32, projection: f32, shift: f32, dx: usize, dw: usize,
): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  const centre = f32x4.splat(mean);
  const scale = f32x4.splat(r);
  const along = f32x4.splat(projection);
  const constant = f32x4.splat(shift);
  let db = endOf(dw, n);
  while (x < whole) {
    const gradient = v128.load(dy);
    const normalised = f32x4.mul(f32x4.sub(v128.load(x), centre), scale);
    v128.store(dw, madd(gradient, normalised, v128.load(dw)));
    v128.store(db, f32x4.add(gradient, v128.load(db)));
    const straight = f32x4.mul(f32x4.mul(gradient, scale), v128.load(w));
    v128.store(dx, nmadd(normalised, along, f32x4.sub(straight, constant)));
    x += 16;
    w += 16;
    dy += 16;
    dx += 16;
    dw += 16;
    db += 16;
  }
  while (x < end) {
    const gradient = load<f32>(dy);
    const normalised = (load<f32>(x) - mean) * r;
    store<f32>(dw, load<f32>(dw) + gradient * normalised);
    store<f32>(db, load<f32>(db) + gradient);
    store<f32>(dx, gradient * r * load<f32>(w) - shift - normalised * projection);
    x += 4;
    w += 4;
    dy += 4;
    dx += 4;
    dw += 4;
    db += 4;
  }
}
