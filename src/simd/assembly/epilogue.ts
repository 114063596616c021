/** What is done with the sums of a matrix product on their way into C, while they are in the nearest cache. */
import { gelu4, silu4, tableAddress } from './elementary';

const GELU: i32 = 1;
const SILU: i32 = 2;

/** The first fields of every matrix product. Addresses may be 0: that step is left out. */
@unmanaged
export class Epilogue {
  c: usize;
  /** Bytes from a row to the next. */
  stride: usize;
  /** What int8 weights are multiplied by, [n]. */
  weightScales: usize;
  bias: usize; // [n]
  activation: i32;
  scale: usize; // [n]
  residual: usize; // [m, n]
  residualStride: usize;
  accumulate: i32;
}

/**
 * C = f(sums·weightScales + bias)·scale + residual (+ C) for `rows` × `columns` of it, from `row` and `column` on.
 * Rows of `sums` are `stride` bytes apart, a multiple of 16, and are overwritten.
 */
export function finish(
  job: Epilogue, sums: usize, stride: usize, row: i32, rows: i32, column: i32, columns: i32,
): void {
  const offset = <usize>column << 2, bytes = <usize>columns << 2;
  let c = job.c + <usize>row * job.stride + offset;
  let residual = job.residual + <usize>row * job.residualStride + offset;
  for (let r = 0; r < rows; r++) {
    if (job.weightScales) multiplyBy(sums, job.weightScales + offset, bytes);
    if (job.bias) add(sums, job.bias + offset, bytes);
    if (job.activation == GELU) applyGelu(sums, bytes);
    else if (job.activation == SILU) applySilu(sums, bytes);
    if (job.scale) multiplyBy(sums, job.scale + offset, bytes);
    if (job.residual) add(sums, residual, bytes);
    if (job.accumulate) add(sums, c, bytes);
    copy(c, sums, bytes);
    sums += stride;
    c += job.stride;
    residual += job.residualStride;
  }
}

/** x[i] = y[i]. */
function copy(x: usize, y: usize, bytes: usize): void {
  const end = x + bytes, full = x + (bytes & ~15);
  for (; x < full; x += 16, y += 16) v128.store(x, v128.load(y));
  for (; x < end; x += 4, y += 4) store<f32>(x, load<f32>(y));
}

/** x[i] *= y[i]. */
function multiplyBy(x: usize, y: usize, bytes: usize): void {
  const end = x + bytes, full = x + (bytes & ~15);
  for (; x < full; x += 16, y += 16) v128.store(x, f32x4.mul(v128.load(x), v128.load(y)));
  for (; x < end; x += 4, y += 4) store<f32>(x, load<f32>(x) * load<f32>(y));
}

/** x[i] += y[i]. */
export function add(x: usize, y: usize, bytes: usize): void {
  const end = x + bytes, full = x + (bytes & ~15);
  for (; x < full; x += 16, y += 16) v128.store(x, f32x4.add(v128.load(x), v128.load(y)));
  for (; x < end; x += 4, y += 4) store<f32>(x, load<f32>(x) + load<f32>(y));
}

// The rows of sums reach to a multiple of four: what is computed beyond the end is dropped.

/** x[i] = x[i]·Φ(x[i]). */
function applyGelu(x: usize, bytes: usize): void {
  const end = x + bytes, table = tableAddress();
  for (; x < end; x += 16) v128.store(x, gelu4(v128.load(x), table));
}

/** x[i] = x[i]/(1 + exp(−x[i])). */
function applySilu(x: usize, bytes: usize): void {
  const end = x + bytes, table = tableAddress();
  for (; x < end; x += 16) v128.store(x, silu4(v128.load(x), table));
}
