/**
 * Matrix product with few rows in A and B as [k, n] in float32, as tfjs stores weights: for each row of A, 32 columns
 * of B at a time, which stay in a cache for the next row.
 */
import { add, Epilogue, finish } from './epilogue';
import { all, madd } from './lanes';
import { sum4Columns, sum16Columns, sum32Columns } from './tiles';

@unmanaged
class GemvTransposedJob extends Epilogue {
  a: usize;
  aStride: usize;
  b: usize;
  bStride: usize;
  m: i32;
  k: i32;
  n: i32;
  unitColumns: i32;
}

/** Along k: float32 loses less in short sums. */
const BLOCK: i32 = 512;
/** Scratch memory: sums of a block; then those of all columns of the unit. */
const SUMS: usize = 128;

/** C[m, n] = Σₖ A[m, k]·B[k, n], finished, for the columns of the unit. */
export function gemvTransposedUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GemvTransposedJob>(fields);
  const column = unit * job.unitColumns, columns = min(job.unitColumns, job.n - column);
  const row = <usize>job.unitColumns << 2, sums = scratch + SUMS;
  memory.fill(sums, 0, <usize>job.m * row);
  for (let start = 0; start < job.k; start += BLOCK) {
    const depth = min(BLOCK, job.k - start);
    const b = job.b + <usize>start * job.bStride + (<usize>column << 2), a = job.a + (<usize>start << 2);
    for (let c = 0; c < columns; c += 32) {
      for (let r = 0; r < job.m; r++) {
        const x = a + <usize>r * job.aStride, to = sums + <usize>r * row + (<usize>c << 2);
        addColumns(x, depth, b + (<usize>c << 2), job.bStride, min(32, columns - c), to, scratch);
      }
    }
  }
  finish(job, sums, row, 0, job.m, column, columns);
}

/** to[c] += Σₖ x[k]·b[k, c] for up to 32 columns. */
function addColumns(x: usize, depth: i32, b: usize, stride: usize, columns: i32, to: usize, sums: usize): void {
  const end = x + (<usize>depth << 2);
  let c = 0;
  if (columns == 32) {
    sum32Columns(x, end, b, stride, sums);
    c = 32;
  } else {
    for (; c + 16 <= columns; c += 16) sum16Columns(x, end, b + (<usize>c << 2), stride, sums + (<usize>c << 2));
    for (; c + 4 <= columns; c += 4) sum4Columns(x, end, b + (<usize>c << 2), stride, sums + (<usize>c << 2));
    for (; c < columns; c++) store<f32>(sums + (<usize>c << 2), oneColumn(x, end, b + (<usize>c << 2), stride));
  }
  add(to, sums, <usize>columns << 2);
}

/** The same operations as on a column among others: its sum is the same wherever it stands. */
function oneColumn(x: usize, end: usize, b: usize, stride: usize): f32 {
  let sum = all(0);
  for (; x < end; x += 4, b += stride) sum = madd(v128.load32_splat(x), v128.load32_splat(b), sum);
  return f32x4.extract_lane(sum, 0);
}
