/** Scaled dot-product attention, fused: scores and their softmax never leave a panel of 8 queries, or a row of one. */
import type { Field, Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Where a [batches, rows, heads·headDim] float32 tensor lies; strides in bytes. */
export interface Rows {
  readonly address: number;
  readonly rowStride: number;
  readonly batchStride: number;
}

export interface AttentionInputs {
  readonly batches: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly headDim: number;
  readonly q: Rows;
  readonly k: Rows;
  readonly v: Rows;
  /** Address of [batches, queries, keys] float32, added to the scores of every head. */
  readonly mask?: number;
}

export interface AttentionJob extends AttentionInputs {
  /** Shares no memory with the inputs. */
  readonly out: Rows;
}

/** With fewer heads than this a head's queries are split, lest threads have nothing to do. */
const ENOUGH_UNITS = 16;
/** So few queries are answered one by one, with keys and values where they are: packing these would take longer. */
const FEW_QUERIES = 8;
/** Splitting finer than this, packing keys and values would take too much of the time. */
const LEAST_GROUP = 64;

/**
 * out = softmax(q·kᵀ/√D + mask)·v per head, heads being contiguous chunks of D = headDim channels:
 * [B, T, C], [B, K, C], [B, K, C] → [B, T, C]. Without keys, out is 0; a mask of −∞ all along a row gives
 * NaN. Values are summed before they are divided by the sum of the weights: beyond 3.4e38/K that overflows.
 *
 * @throws EngineError when the heap has no room for what a thread needs, about 8·K·(D + 4) bytes, for few queries
 *   4·K·heads.
 */
export function attention(kernels: Kernels, job: AttentionJob): void {
  const { batches, heads, queries, keys, headDim } = job;
  if (keys === 0) {
    fillRows(kernels, job.out, { batches, rows: queries, columns: heads * headDim });
    return;
  }
  if (headDim === 0 || queries === 0) return;
  if (queries <= FEW_QUERIES) {
    attendOneByOne(kernels, job);
    return;
  }
  const groups = Math.ceil(ENOUGH_UNITS / Math.max(1, batches * heads));
  const groupSize = Math.max(LEAST_GROUP, 8 * Math.ceil(queries / groups / 8));
  kernels.run({
    op: ops.attention,
    units: batches * heads * Math.ceil(queries / groupSize),
    fields: [...inputFields(job), ...rowFields(job.out), groupSize],
    scratchBytes: 256 + 32 * headDim + (32 + 4 * headDim) * (keys + 6) + 16 * keys * Math.ceil(headDim / 4),
  });
}

/** A unit takes all heads of a query: they lie side by side in memory, which is what takes the time. */
function attendOneByOne(kernels: Kernels, job: AttentionJob): void {
  const { batches, heads, queries, keys, headDim } = job;
  kernels.run({
    op: ops.attentionRow,
    units: batches * queries,
    fields: [...inputFields(job), ...rowFields(job.out)],
    scratchBytes: 128 + 4 * heads * (headDim + keys),
  });
}

/** The beginning of the fields of attention, forward and backward. */
export function inputFields(inputs: AttentionInputs): Field[] {
  const { q, k, v, mask = 0, heads, queries, keys, headDim } = inputs;
  const scale = { float: headDim ** -0.5 };
  return [...[q, k, v].flatMap(rowFields), mask, heads, queries, keys, headDim, scale];
}

export const rowFields = ({ address, rowStride, batchStride }: Rows): number[] => [
  address,
  rowStride,
  batchStride,
];

/** Fills with 0, what an empty sum is. */
export function fillRows(
  kernels: Kernels,
  to: Rows,
  size: { readonly batches: number; readonly rows: number; readonly columns: number },
): void {
  for (let b = 0; b < size.batches; b++) {
    for (let r = 0; r < size.rows; r++) {
      kernels.floats(to.address + b * to.batchStride + r * to.rowStride, size.columns).fill(0);
    }
  }
}
