/**
 * Matrix product with 1 to 5 rows in A and B as [n, k]: B is read once and only once, so memory is the limit. It is
 * read in streams, rows of B that lie far apart: what the prefetchers of a processor follow best.
 */
import { Epilogue, finish } from './epilogue';
import { BF16, F16, F32, one, sizeOfKind } from './pack-right';
import { dots } from './tiles';

@unmanaged
class GemvJob extends Epilogue {
  /** A [m, k] as `gemvLeftUnit` makes it: float32, or with scales 16-bit integers. */
  x: usize;
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
 * which is less than 2³¹; float32 loses less in short sums. One row of A has twice as many lanes for each sum.
 */
const BLOCK: i32 = 2048;
/** Scratch memory: the lanes of 12 sums; the sums; then those of all columns of the unit. */
const TOTALS: usize = 192;
const SUMS: usize = 256;

/** C[m, n] = Σₖ A[m, k]·B[n, k], finished, for the columns of the unit. */
export function gemvUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemvJob>(fields);
  const column = unit * job.unitColumns, columns = min(job.unitColumns, job.n - column);
  const streams = streamsOf(job.m), apart = columns / streams;
  for (let i = 0; i < apart; i++) multiplyColumns(job, column + i, apart, i, scratch);
  for (let i = apart * streams; i < columns; i++) multiplyColumns(job, column + i, 0, i, scratch);
  finish(job, scratch + SUMS, <usize>job.unitColumns << 2, 0, job.m, column, columns);
}

/** Rows of B read side by side: as in dots.mjs. */
@inline
function streamsOf(rows: i32): i32 {
  return rows < 3 ? 4 : rows == 3 ? 3 : 2;
}

/** Columns `column`, `column + apart`, … of C, to `to`, `to + apart`, … of the unit's sums. */
function multiplyColumns(job: GemvJob, column: i32, apart: i32, to: i32, scratch: usize): void {
  const m = job.m, kind = job.kind, isInteger = job.xScales != 0, depthBytes = m << (isInteger ? 1 : 2);
  const weights = job.b + <usize>column * job.bStride, far = <usize>apart * job.bStride;
  const whole = job.k & (isInteger ? ~15 : ~7), block = m == 1 ? 2 * BLOCK : BLOCK;
  const totals = scratch + TOTALS, streams = streamsOf(m);
  // For several rows of A, the loop begins with what is in the lower half of a word
  const first = m > 1 && (kind == BF16 || kind == F16) ? weights - 2 : weights;
  for (let p = totals; p < SUMS + scratch; p += 16) v128.store(p, i32x4.splat(0));
  for (let start = 0; start < whole; start += block) {
    const x = job.x + <usize>(start * depthBytes), bytes = <usize>(min(block, whole - start) * depthBytes);
    dots(kind, isInteger, m, first + <usize>start * sizeOfKind(kind), far, x, bytes, scratch);
    if (m == 1) addPairs(scratch, totals, isInteger);
    else addLanes(scratch, totals, streams * m, isInteger);
  }
  for (let r = 0; r < m; r++) {
    const sums = totals + (<usize>(r * streams) << 2);
    if (whole < job.k) addTails(job, weights, far, r, whole, sums);
    if (isInteger) scaleSums(sums, streams, load<f32>(job.xScales + (<usize>r << 2)));
    storeApart(sums, streams, scratch + SUMS + (<usize>(r * job.unitColumns + to) << 2), <usize>apart << 2);
  }
}

/** totals[s] += what the vectors leave of the sums of row `row` of A. */
function addTails(job: GemvJob, weights: usize, far: usize, row: i32, start: i32, totals: usize): void {
  const streams = streamsOf(job.m);
  for (let s = 0; s < streams; s++) {
    store<f32>(totals, load<f32>(totals) + tailOf(job, weights, row, start));
    weights += far;
    totals += 4;
  }
}

@inline
function scaleSums(sums: usize, count: i32, scale: f32): void {
  for (const end = sums + (<usize>count << 2); sums < end; sums += 4) store<f32>(sums, load<f32>(sums) * scale);
}

@inline
function storeApart(sums: usize, count: i32, to: usize, step: usize): void {
  for (const end = sums + (<usize>count << 2); sums < end; sums += 4, to += step) store<f32>(to, load<f32>(sums));
}

/** totals[i] += Σ of the lanes of sum i, for `sums` sums and some after them. */
function addLanes(lanes: usize, totals: usize, sums: i32, isInteger: bool): void {
  for (const end = lanes + (<usize>sums << 4); lanes < end; lanes += 64, totals += 16) {
    const four = sumsOf(
      floats(lanes, isInteger), floats(lanes + 16, isInteger),
      floats(lanes + 32, isInteger), floats(lanes + 48, isInteger),
    );
    v128.store(totals, f32x4.add(v128.load(totals), four));
  }
}

/** The same for one row of A. */
function addPairs(lanes: usize, totals: usize, isInteger: bool): void {
  v128.store(totals, f32x4.add(v128.load(totals), sumsOfPairs(lanes, isInteger)));
}

/** Four sums of the lanes of two vectors each. */
@inline
export function sumsOfPairs(lanes: usize, isInteger: bool): v128 {
  return sumsOf(
    f32x4.add(floats(lanes, isInteger), floats(lanes + 16, isInteger)),
    f32x4.add(floats(lanes + 32, isInteger), floats(lanes + 48, isInteger)),
    f32x4.add(floats(lanes + 64, isInteger), floats(lanes + 80, isInteger)),
    f32x4.add(floats(lanes + 96, isInteger), floats(lanes + 112, isInteger)),
  );
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
  const kind = job.kind, size: usize = job.xScales ? 2 : 4;
  let x = job.x + <usize>(start * job.m + row * (job.k - start)) * size;
  let sum: f32 = 0;
  for (let i = <usize>start; i < <usize>job.k; i++) {
    if (job.xScales) sum += <f32>load<i16>(x) * <f32>load<i8>(weights + i);
    else if (kind == F32) sum += load<f32>(x) * one<f32>(weights + (i << 2));
    else if (kind == BF16) sum += load<f32>(x) * one<u16>(weights + (i << 1));
    else if (kind == F16) sum += load<f32>(x) * one<i16>(weights + (i << 1));
    else sum += load<f32>(x) * one<i8>(weights + i);
    x += size;
  }
  return sum;
}
