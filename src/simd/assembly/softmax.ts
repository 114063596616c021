/**
 * Softmax of contiguous rows: y = exp(x − max)/Σ exp(x − max), and its gradient dx = y·(dy − Σ dy·y).
 *
 * A row with NaN or ∞, and one of nothing but −∞, becomes NaN. `y` may be `x`; `dx` may be `dy` or `y`.
 */
import { exp4, tableAddress } from './elementary';
import { maxOf, sumOf } from './lanes';
import { dot, endOf } from './row-sums';

const PART: i32 = 1024;

@unmanaged
class SoftmaxJob {
  x: usize;
  y: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function softmaxUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SoftmaxJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const x = endOf(job.x, row * n);
    const y = endOf(job.y, row * n);
    scaleInPlace(y, <f32>(1 / exponentials(x, rowMax(x, n), n, y)), n);
  }
}

/** max xᵢ; NaN does not count. */
export function rowMax(x: usize, n: i32): f32 {
  const end = endOf(x, n);
  const fours = endOf(x, n & ~3);
  const blocks = endOf(x, n & ~15);
  let m0 = f32x4.splat(-Infinity);
  let m1 = m0;
  let m2 = m0;
  let m3 = m0;
  while (x < blocks) {
    m0 = f32x4.pmax(m0, v128.load(x));
    m1 = f32x4.pmax(m1, v128.load(x, 16));
    m2 = f32x4.pmax(m2, v128.load(x, 32));
    m3 = f32x4.pmax(m3, v128.load(x, 48));
    x += 64;
  }
  m0 = f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3));
  while (x < fours) {
    m0 = f32x4.pmax(m0, v128.load(x));
    x += 16;
  }
  while (x < end) {
    m0 = f32x4.pmax(m0, v128.load_splat<f32>(x));
    x += 4;
  }
  return maxOf(m0);
}

/** yᵢ = exp(xᵢ − shift); returns Σ yᵢ, in float64 over parts of 1024: a vocabulary is long. */
export function exponentials(x: usize, shift: f32, n: i32, y: usize): f64 {
  let total: f64 = 0;
  for (; n > PART; n -= PART) {
    total += partOfExponentials(x, shift, PART, y);
    x += <usize>PART << 2;
    y += <usize>PART << 2;
  }
  return total + partOfExponentials(x, shift, n, y);
}

function partOfExponentials(x: usize, shift: f32, n: i32, y: usize): f32 {
  const table = tableAddress();
  const end = endOf(x, n);
  const fours = endOf(x, n & ~3);
  const centre = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  while (x < fours) {
    const e = exp4(f32x4.sub(v128.load(x), centre), table);
    v128.store(y, e);
    sum = f32x4.add(sum, e);
    x += 16;
    y += 16;
  }
  let rest: f32 = 0;
  while (x < end) {
    const e = f32x4.extract_lane(exp4(f32x4.sub(v128.load_splat<f32>(x), centre), table), 0);
    store<f32>(y, e);
    rest += e;
    x += 4;
    y += 4;
  }
  return sumOf(sum) + rest;
}

/** yᵢ = yᵢ·factor. */
export function scaleInPlace(y: usize, factor: f32, n: i32): void {
  const end = endOf(y, n);
  const fours = endOf(y, n & ~3);
  const scale = f32x4.splat(factor);
  while (y < fours) {
    v128.store(y, f32x4.mul(v128.load(y), scale));
    y += 16;
  }
  while (y < end) {
    store<f32>(y, load<f32>(y) * factor);
    y += 4;
  }
}

@unmanaged
class SoftmaxBackwardJob {
  y: usize;
  dy: usize;
  dx: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function softmaxBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SoftmaxBackwardJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const y = endOf(job.y, row * n);
    const dy = endOf(job.dy, row * n);
    softmaxRowBackward(y, dy, dot(dy, y, 0, n), n, endOf(job.dx, row * n));
  }
}

/** dxᵢ = yᵢ·(dyᵢ − shift). */
function softmaxRowBackward(y: usize, dy: usize, shift: f32, n: i32, dx: usize): void {
  const end = endOf(y, n);
  const fours = endOf(y, n & ~3);
  const centre = f32x4.splat(shift);
  while (y < fours) {
    v128.store(dx, f32x4.mul(v128.load(y), f32x4.sub(v128.load(dy), centre)));
    y += 16;
    dy += 16;
    dx += 16;
  }
  while (y < end) {
    store<f32>(dx, load<f32>(y) * (load<f32>(dy) - shift));
    y += 4;
    dy += 4;
    dx += 4;
  }
}
