/**
 * Sums of rows: out[j] = Σ over rows of x[row, j], as the gradient of whatever was added to every row needs.
 *
 * In two jobs, so that the order of additions depends on the shape alone: first each unit sums a block of
 * rows into a partial sum of its own, then the partial sums are summed, a unit for every 256 columns.
 */
import { endOf } from './row-sums';

const COLUMNS: i32 = 256;

@unmanaged
class ColumnSumJob {
  x: usize;
  stride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  partials: usize;
}

export function columnSumUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ColumnSumJob>(fields);
  const first = unit * job.rowsPerUnit;
  const rows = min(job.rowsPerUnit, job.rows - first);
  const partial = endOf(job.partials, unit * job.n);
  sumRows(job.x + <usize>first * job.stride, job.stride, rows, job.n, partial);
}

@unmanaged
class SumPartialsJob {
  partials: usize;
  stride: usize;
  count: i32;
  n: i32;
  out: usize;
}

export function sumPartialsUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SumPartialsJob>(fields);
  const first = unit * COLUMNS;
  const columns = min(COLUMNS, job.n - first);
  sumRows(endOf(job.partials, first), job.stride, job.count, columns, endOf(job.out, first));
}

function sumRows(x: usize, stride: usize, rows: i32, n: i32, out: usize): void {
  memory.fill(out, 0, <usize>n << 2);
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    addFourRows(x, stride, n, out);
    x += stride << 2;
  }
  for (; row < rows; row++) {
    addRow(x, n, out);
    x += stride;
  }
}

/** outⱼ += xⱼ. */
export function addRow(x: usize, n: i32, out: usize): void {
  const end = endOf(out, n);
  const whole = endOf(out, n & ~3);
  while (out < whole) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
    x += 16;
    out += 16;
  }
  while (out < end) {
    store<f32>(out, load<f32>(out) + load<f32>(x));
    x += 4;
    out += 4;
  }
}

/** outⱼ += (x₀ⱼ + x₁ⱼ) + (x₂ⱼ + x₃ⱼ) for four rows: a quarter of the loads and stores of `out`. */
function addFourRows(x: usize, stride: usize, n: i32, out: usize): void {
  let x1 = x + stride;
  let x2 = x1 + stride;
  let x3 = x2 + stride;
  const end = endOf(out, n);
  const whole = endOf(out, n & ~3);
  while (out < whole) {
    const s = f32x4.add(f32x4.add(v128.load(x), v128.load(x1)), f32x4.add(v128.load(x2), v128.load(x3)));
    v128.store(out, f32x4.add(v128.load(out), s));
    x += 16;
    x1 += 16;
    x2 += 16;
    x3 += 16;
    out += 16;
  }
  while (out < end) {
    store<f32>(out, load<f32>(out) + (load<f32>(x) + load<f32>(x1) + (load<f32>(x2) + load<f32>(x3))));
    x += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    out += 4;
  }
}
