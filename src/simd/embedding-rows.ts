/** Rows of a table by their numbers, and the gradient of the table. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

/** Columns a unit of the gradient takes; `COLUMNS` of `assembly/embedding-rows.ts`. */
const COLUMNS = 128;
/** The numbers of `assembly/pack-right.ts`. */
const kinds = { F32: 0, BF16: 1, F16: 2 } as const;

interface EmbeddingRows {
  /** [vocabulary, n] of `kind`. */
  readonly table: number;
  readonly kind: keyof typeof kinds;
  readonly vocabulary: number;
  /** [rows] int32. */
  readonly ids: number;
  /** [rows, n] float32. */
  readonly y: number;
  readonly rows: number;
  readonly n: number;
}

/**
 * y[i] = table[ids[i]] as float32: [rows] → [rows, n].
 *
 * @throws RangeError when an id is outside the vocabulary. Nothing is written then.
 */
export function embeddingRows(kernels: Kernels, job: EmbeddingRows): void {
  checkIds(kernels, job);
  const { table, kind, ids, y, rows, n } = job;
  const { units, rowsPerUnit } = rowUnits(rows, n);
  kernels.run({ op: ops.embeddingRows, units, fields: [table, kinds[kind], ids, y, rows, n, rowsPerUnit] });
}

interface EmbeddingBackward {
  readonly ids: number;
  readonly vocabulary: number;
  /** [rows, n] float32. */
  readonly dy: number;
  /** [vocabulary, n] float32; what is there is added to. */
  readonly dTable: number;
  readonly rows: number;
  readonly n: number;
}

/**
 * dTable[ids[i]] += dy[i], in the order of i: [rows, n] → [vocabulary, n].
 *
 * @throws RangeError when an id is outside the vocabulary. Nothing is written then.
 */
export function embeddingBackward(kernels: Kernels, job: EmbeddingBackward): void {
  checkIds(kernels, job);
  const { ids, dy, dTable, rows, n } = job;
  kernels.run({
    op: ops.embeddingBackward,
    units: Math.ceil(n / COLUMNS),
    fields: [ids, dy, dTable, rows, n],
  });
}

interface Ids {
  readonly ids: number;
  readonly rows: number;
  readonly vocabulary: number;
}

function checkIds({ heap }: Kernels, { ids, rows, vocabulary }: Ids): void {
  const values = new Int32Array(heap.memory.buffer, ids, rows);
  const row = values.findIndex((id) => !(id >= 0 && id < vocabulary));
  if (row >= 0) throw new RangeError(`expected ids of 0…${vocabulary - 1}, got ${values[row]} in row ${row}`);
}
