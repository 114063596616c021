/**
 * Matrix product with 1 to 4 rows in A and B as [n, k]: B is read once and only once, so memory is the limit. It is
 * read in streams, rows of B that lie far apart: what the prefetchers of a processor follow best.
 */
import { Epilogue, finish } from './epilogue';
import { BF16, F16, F32, one, sizeOfKind } from './pack-right';
import {
  dots1BF16, dots1F16, dots1F32, dots1I8, dots1Int16, dots4BF16, dots4F16, dots4F32, dots4I8, dots4Int16,
} from './tiles';

@unmanaged
class GemvJob extends Epilogue {
  /** A [m, k] in float32, or with scales in 16-bit integers; for some kinds of B as `gemvLeftUnit` makes it. */
  x: usize;
  xStride: usize;
  /** [m] */
  xScales: usize;
  b: usize;
  bStride: usize;
  kind: i32;
  m: i32;
  k: i32;
  n: i32;
  unitColumns: i32;
}

/**
 * Along k, added to the sums before the next block. A lane of integers holds 512 products, of at most 128·32767,
 * which is less than 2³¹; float32 loses less in short sums. Four rows of A have half as many lanes for each sum.
 */
const BLOCK: i32 = 4096;
const BLOCK_OF_FOUR: i32 = 2048;
/** Scratch memory: lanes of 8 sums; the sums; then those of all columns of the unit. */
const TOTALS: usize = 128;
const SUMS: usize = 160;

/** C[m, n] = Σₖ A[m, k]·B[n, k], finished, for the columns of the unit. */
export function gemvUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemvJob>(fields);
  const column = unit * job.unitColumns, columns = min(job.unitColumns, job.n - column);
  const streams = job.m == 1 ? 4 : 2, apart = columns / streams;
  for (let i = 0; i < apart; i++) multiplyColumns(job, column + i, apart, i, scratch);
  for (let i = apart * streams; i < columns; i++) multiplyColumns(job, column + i, 0, i, scratch);
  finish(job, scratch + SUMS, <usize>job.unitColumns << 2, 0, job.m, column, columns);
}

/** Columns `column`, `column + apart`, … of C, to `to`, `to + apart`, … of the unit's sums. */
function multiplyColumns(job: GemvJob, column: i32, apart: i32, to: i32, scratch: usize): void {
  const weights = job.b + <usize>column * job.bStride, far = <usize>apart * job.bStride;
  const whole = job.k & (job.xScales ? ~15 : ~7), block = job.m == 1 ? BLOCK : BLOCK_OF_FOUR;
  const totals = scratch + TOTALS;
  v128.store(totals, i32x4.splat(0));
  v128.store(totals, i32x4.splat(0), 16);
  for (let start = 0; start < whole; start += block) {
    multiplyBlock(job, weights, far, start, min(block, whole - start), scratch);
    addLanes(scratch, totals, job.m == 1, job.xScales != 0);
  }
  const streams = job.m == 1 ? 4 : 2;
  for (let r = 0; r < job.m; r++) {
    for (let s = 0; s < streams; s++) {
      let sum = load<f32>(totals + (<usize>(r * streams + s) << 2));
      if (whole < job.k) sum += tailOf(job, weights + <usize>s * far, r, whole);
      if (job.xScales) sum *= load<f32>(job.xScales + (<usize>r << 2));
      store<f32>(scratch + SUMS + (<usize>(r * job.unitColumns + to + s * apart) << 2), sum);
    }
  }
}

/** Lanes of the 8 (or for one row of A, 4) sums over the block. */
function multiplyBlock(job: GemvJob, weights: usize, far: usize, start: i32, depth: i32, scratch: usize): void {
  const isInt16 = job.xScales != 0, kind = job.kind;
  const w = weights + <usize>start * sizeOfKind(kind), bytes = <usize>depth << (isInt16 ? 1 : 2);
  const x0 = job.x + (<usize>start << (isInt16 ? 1 : 2));
  if (job.m == 1) {
    if (isInt16) dots1Int16(w, far, x0, bytes, scratch);
    else if (kind == F32) dots1F32(w, far, x0, bytes, scratch);
    else if (kind == BF16) dots1BF16(w, far, x0, bytes, scratch);
    else if (kind == F16) dots1F16(w, far, x0, bytes, scratch);
    else dots1I8(w, far, x0, bytes, scratch);
    return;
  }
  const x1 = x0 + job.xStride, x2 = job.m > 2 ? x1 + job.xStride : x1, x3 = job.m > 3 ? x2 + job.xStride : x2;
  if (isInt16) dots4Int16(w, far, x0, x1, x2, x3, bytes, scratch);
  else if (kind == F32) dots4F32(w, far, x0, x1, x2, x3, bytes, scratch);
  else if (kind == BF16) dots4BF16(w, far, x0, x1, x2, x3, bytes, scratch);
  else if (kind == F16) dots4F16(w, far, x0, x1, x2, x3, bytes, scratch);
  else dots4I8(w, far, x0, x1, x2, x3, bytes, scratch);
}

/** totals[i] += Σ of the lanes of sum i: 4 sums of two vectors for one row of A, otherwise 8 of one vector. */
function addLanes(lanes: usize, totals: usize, isOne: bool, isInteger: bool): void {
  if (isOne) {
    for (let p = lanes; p < lanes + 128; p += 32) {
      v128.store(p, f32x4.add(floats(p, isInteger), floats(p + 16, isInteger)));
    }
    const sums = sumsOf(v128.load(lanes), v128.load(lanes, 32), v128.load(lanes, 64), v128.load(lanes, 96));
    v128.store(totals, f32x4.add(v128.load(totals), sums));
    return;
  }
  for (let p = lanes; p < lanes + 128; p += 64) {
    const sums = sumsOf(
      floats(p, isInteger), floats(p + 16, isInteger), floats(p + 32, isInteger), floats(p + 48, isInteger),
    );
    v128.store(totals, f32x4.add(v128.load(totals), sums));
    totals += 16;
  }
}

@inline
function floats(p: usize, isInteger: bool): v128 {
  return isInteger ? f32x4.convert_i32x4_s(v128.load(p)) : v128.load(p);
}

/** The sums of the lanes of four vectors. */
@inline
function sumsOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3));
}

/** Σ over k from `start` on of x[row, k]·w[k]: what the vectors leave. */
function tailOf(job: GemvJob, weights: usize, row: i32, start: i32): f32 {
  const x = job.x + <usize>row * job.xStride, kind = job.kind;
  let sum: f32 = 0;
  for (let i = <usize>start; i < <usize>job.k; i++) {
    if (job.xScales) sum += <f32>load<i16>(x + (i << 1)) * <f32>load<i8>(weights + i);
    else if (kind == F32) sum += load<f32>(x + (i << 2)) * one<f32>(weights + (i << 2));
    else if (kind == BF16) sum += load<f32>(x + (i << 2)) * one<u16>(weights + (i << 1));
    else if (kind == F16) sum += load<f32>(x + (i << 2)) * one<i16>(weights + (i << 1));
    else sum += load<f32>(x + (i << 2)) * one<i8>(weights + i);
  }
  return sum;
}
