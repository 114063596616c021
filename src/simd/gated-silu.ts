/** The gated activation of LLaMA's MLP, forward and backward. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';
import { rowUnits } from './row-units.js';

interface GatedSilu {
  readonly a: number;
  /** Bytes from one row to the next. */
  readonly aStride: number;
  readonly b: number;
  readonly bStride: number;
  /** May be `a` or `b`. */
  readonly y: number;
  readonly yStride: number;
  readonly rows: number;
  readonly n: number;
}

/** y = a·σ(a)·b: [rows, n], [rows, n] → [rows, n]. */
export function gatedSilu(kernels: Kernels, job: GatedSilu): void {
  const { a, aStride, b, bStride, y, yStride, rows, n } = job;
  const { units, rowsPerUnit } = rowUnits(rows, n);
  const fields = [a, aStride, b, bStride, y, yStride, rows, n, rowsPerUnit];
  kernels.run({ op: ops.gatedSilu, units, fields });
}

interface GatedSiluBackward {
  readonly a: number;
  readonly aStride: number;
  readonly b: number;
  readonly bStride: number;
  readonly dy: number;
  readonly dyStride: number;
  /** May be `a`, `b` or `dy`, but not where `db` is. */
  readonly da: number;
  readonly daStride: number;
  readonly db: number;
  readonly dbStride: number;
  readonly rows: number;
  readonly n: number;
}

/** With s(a) = a·σ(a): da = dy·b·s′(a), db = dy·s(a); all [rows, n]. */
export function gatedSiluBackward(kernels: Kernels, job: GatedSiluBackward): void {
  const { a, aStride, b, bStride, dy, dyStride, da, daStride, db, dbStride, rows, n } = job;
  const { units, rowsPerUnit } = rowUnits(rows, n);
  const addresses = [a, aStride, b, bStride, dy, dyStride, da, daStride, db, dbStride];
  kernels.run({ op: ops.gatedSiluBackward, units, fields: [...addresses, rows, n, rowsPerUnit] });
}
