/** The two jobs of a matrix product: to pack A, then to multiply it with B, which every unit packs for itself. */
import type { Gemm } from './gemm.js';
import { epilogueFields, rightKinds } from './gemm-product.js';
import type { Field, Kernels } from './kernels.js';
import { ops } from './ops.js';

/** As in `assembly/pack-left.ts`: rows of a unit of packing, a multiple of the rows of all tiles. */
const PACK_ROWS = 30;
/** How deep a block is along k, `assembly/pack-left.ts` and `assembly/quantise.ts`. */
const DEPTH = 320;
const GROUP = 256;
/** The largest integers that A is rounded to, so that sums over a group fit 32 bits: `assembly/pack-right-int16.ts`. */
const LEVELS = 2895;
const LEVELS_WITH_INT8 = 32767;
/** Scratch memory of a unit: what it computes, and for int16 what it takes to pack. */
const PART_BYTES = 128;
const INT16_BYTES = 9216;

/** The largest unit: its sums, and the block of B that it needs, fit the second-level cache. */
const UNIT_ROWS = 270;
const UNIT_COLUMNS = 96;
/** With several threads units are smaller, so that there are some for everyone. */
const UNITS_PER_THREAD = 4;
const SPLIT_COLUMNS = 24; // only units of more are halved
const SPLIT_ROWS = 60;

const isInt16 = ({ arithmetic }: Gemm): boolean => arithmetic === 'int16';
const padded = (count: number, step: number): number => step * Math.ceil(count / step);

/** What `multiply` needs to pack A. */
export function packedBytes(product: Gemm): number {
  const rows = padded(product.m, PACK_ROWS);
  if (!isInt16(product)) return 4 * rows * product.k;
  return 2 * rows * padded(product.k, 8) + scaleBytes(rows, product.k);
}

const scaleBytes = (rows: number, k: number): number => 4 * rows * Math.ceil(k / GROUP);

/** C of `gemm`, with room at `packed`. */
export function multiply(kernels: Kernels, product: Gemm, packed: number): void {
  const { m, n, k, a, b } = product;
  const scales = packed + packedBytes(product) - scaleBytes(padded(m, PACK_ROWS), k);
  const left: Field[] = [a.address, a.stride, Number(a.layout === 'columns'), m, k, packed];
  const levels = b.kind === 'I8' ? LEVELS_WITH_INT8 : LEVELS;
  kernels.run({
    op: isInt16(product) ? ops.packLeftInt16 : ops.packLeft,
    units: Math.ceil(m / PACK_ROWS),
    fields: isInt16(product) ? [...left, scales, { float: levels }] : left,
    scratchBytes: isInt16(product) ? INT16_BYTES : 0,
  });
  const unit = unitSize(m, n, kernels.threads);
  const right = [b.address, b.stride, rightKinds[b.layout === 'kn' ? 'transposed' : b.kind]];
  const depth = isInt16(product) ? GROUP : DEPTH;
  kernels.run({
    op: isInt16(product) ? ops.gemmInt16 : ops.gemm,
    units: Math.ceil(m / unit.rows) * Math.ceil(n / unit.columns),
    fields: [...epilogueFields(product), packed, scales, ...right, m, n, k, unit.rows, unit.columns],
    scratchBytes: PART_BYTES + 4 * unit.columns * (unit.rows + depth) + INT16_BYTES,
  });
}

/** Rows and columns of C that one unit computes: multiples of what is packed together. */
function unitSize(m: number, n: number, threads: number): { rows: number; columns: number } {
  const enough = threads === 1 ? 1 : threads * UNITS_PER_THREAD;
  const count = (rows: number, columns: number): number => Math.ceil(m / rows) * Math.ceil(n / columns);
  let rows = evenly(m, UNIT_ROWS, PACK_ROWS);
  let columns = evenly(n, UNIT_COLUMNS, 8);
  // Narrower units first: B is packed anew for every unit of rows
  while (count(rows, columns) < enough && columns > SPLIT_COLUMNS) columns = evenly(columns, columns / 2, 8);
  while (count(rows, columns) < enough && rows > SPLIT_ROWS) rows = evenly(rows, rows / 2, PACK_ROWS);
  return { rows, columns };
}

/** The size of equal parts of `total`, at most `limit` (or `step`) each, rounded up to a multiple of `step`. */
function evenly(total: number, limit: number, step: number): number {
  return padded(total / Math.ceil(total / limit), step);
}
