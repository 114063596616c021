/**
 * Rotary position embedding, half-split: in every head of a row of position t,
 *
 *     (a, b) → (a·cos[t] − b·sin[t], b·cos[t] + a·sin[t])
 *
 * for its halves a and b. With −1 as the direction of sin it is the inverse rotation, which is also the
 * gradient. `y` may be `x`.
 */
import { madd, nmadd } from './lanes';
import { endOf } from './row-sums';

@unmanaged
class RotaryJob {
  x: usize;
  xStride: usize;
  y: usize;
  yStride: usize;
  cos: usize;
  sin: usize;
  rows: i32;
  /** Positions t; row r has position r mod positions. */
  positions: i32;
  heads: i32;
  half: i32;
  rowsPerUnit: i32;
  direction: f32;
}

export function rotaryUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<RotaryJob>(fields);
  const half = job.half;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const at = (row % job.positions) * half;
    const cos = endOf(job.cos, at);
    const sin = endOf(job.sin, at);
    let x = job.x + <usize>row * job.xStride;
    let y = job.y + <usize>row * job.yStride;
    for (let head = 0; head < job.heads; head++) {
      rotateHead(x, cos, sin, job.direction, half, y);
      x = endOf(x, 2 * half);
      y = endOf(y, 2 * half);
    }
  }
}

/** With sᵢ = direction·sinᵢ: (yᵢ, yᵢ₊ₕ) = (xᵢ·cosᵢ − xᵢ₊ₕ·sᵢ, xᵢ₊ₕ·cosᵢ + xᵢ·sᵢ) for i < h = half. */
function rotateHead(x: usize, cos: usize, sin: usize, direction: f32, half: i32, y: usize): void {
  const end = endOf(x, half);
  const whole = endOf(x, half & ~3);
  const sign = f32x4.splat(direction);
  let x2 = end;
  let y2 = endOf(y, half);
  while (x < whole) {
    const a = v128.load(x);
    const b = v128.load(x2);
    const c = v128.load(cos);
    const s = f32x4.mul(v128.load(sin), sign);
    v128.store(y, nmadd(b, s, f32x4.mul(a, c)));
    v128.store(y2, madd(a, s, f32x4.mul(b, c)));
    x += 16;
    x2 += 16;
    cos += 16;
    sin += 16;
    y += 16;
    y2 += 16;
  }
  while (x < end) {
    const a = load<f32>(x);
    const b = load<f32>(x2);
    const c = load<f32>(cos);
    const s = load<f32>(sin) * direction;
    store<f32>(y, a * c - b * s);
    store<f32>(y2, b * c + a * s);
    x += 4;
    x2 += 4;
    cos += 4;
    sin += 4;
    y += 4;
    y2 += 4;
  }
}
