/**
 * Rows of a table by their numbers: y[i] = table[ids[i]] as float32, whatever the table is stored in; and its
 * gradient, dTable[ids[i]] += dy[i].
 *
 * A backward unit takes 128 columns of all rows, in their order: repeated ids add up alike every time.
 */
import { addRow } from './column-sum';
import { BF16, F16, four, one } from './pack-right';
import { endOf } from './row-sums';

const COLUMNS: i32 = 128;

@unmanaged
class EmbeddingRowsJob {
  table: usize;
  kind: i32;
  ids: usize;
  y: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function embeddingRowsUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<EmbeddingRowsJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const at = <usize>load<u32>(endOf(job.ids, row)) * <usize>n; // an id's row may lie beyond 2³¹ bytes
    const y = endOf(job.y, row * n);
    if (job.kind == BF16) widen<u16>(job.table + (at << 1), n, y);
    else if (job.kind == F16) widen<i16>(job.table + (at << 1), n, y);
    else widen<f32>(job.table + (at << 2), n, y);
  }
}

/** yᵢ = xᵢ as float32. */
function widen<T>(x: usize, n: i32, y: usize): void {
  const end = endOf(y, n);
  const whole = endOf(y, n & ~3);
  while (y < whole) {
    v128.store(y, four<T>(x));
    x += 4 * sizeof<T>();
    y += 16;
  }
  while (y < end) {
    store<f32>(y, one<T>(x));
    x += sizeof<T>();
    y += 4;
  }
}

@unmanaged
class EmbeddingBackwardJob {
  ids: usize;
  dy: usize;
  dTable: usize;
  rows: i32;
  n: i32;
}

export function embeddingBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<EmbeddingBackwardJob>(fields);
  const n = job.n;
  const first = unit * COLUMNS;
  const columns = min(COLUMNS, n - first);
  for (let row = 0; row < job.rows; row++) {
    const at = <usize>load<u32>(endOf(job.ids, row)) * <usize>n + <usize>first;
    addRow(endOf(job.dy, row * n + first), columns, job.dTable + (at << 2));
  }
}
