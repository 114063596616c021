/** Copies rows into or out of longer rows: concatenation and splitting along the last axis. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

interface CopyRows {
  readonly from: number;
  /** Bytes from one row to the next. */
  readonly fromStride: number;
  /** Must not overlap what is read. */
  readonly to: number;
  readonly toStride: number;
  readonly rows: number;
  /** Bytes of a row to copy. */
  readonly bytes: number;
}

/** to[row, i] = from[row, i] for the bytes i of every row. */
export function copyRows(kernels: Kernels, job: CopyRows): void {
  const { from, fromStride, to, toStride, rows, bytes } = job;
  const { units, rowsPerUnit } = rowUnits(rows, bytes / 4);
  const fields = [from, fromStride, to, toStride, rows, bytes, rowsPerUnit];
  kernels.run({ op: ops.copyRows, units: bytes > 0 ? units : 0, fields });
}
