/** The gradients of scaled dot-product attention, from its inputs alone: the weights are computed anew. */
import { type AttentionInputs, fillRows, inputFields, type Rows, rowFields } from './attention.js';
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

export interface AttentionBackwardJob extends AttentionInputs {
  /** The gradient of the result, [B, T, C]. */
  readonly dOut: Rows;
  /** [B, T, C], [B, K, C], [B, K, C]; they share no memory with the inputs. */
  readonly dq: Rows;
  readonly dk: Rows;
  readonly dv: Rows;
}

/** Queries whose weights are kept at a time, at most. */
const LARGEST_BLOCK = 64;

/**
 * dq, dk and dv of out = softmax(q·kᵀ/√D + mask)·v, overwritten:
 * dv = Pᵀ·dOut, dP = dOut·vᵀ, dS = P∘(dP − rowsum(P∘dP)), dq = dS·k/√D, dk = dSᵀ·q/√D.
 *
 * @throws EngineError when the heap has no room for what a thread needs, about 12·K·(D + 48) bytes.
 */
export function attentionBackward(kernels: Kernels, job: AttentionBackwardJob): void {
  const { batches, heads, queries, keys, headDim: D } = job;
  if (queries === 0 || keys === 0) {
    const columns = heads * D;
    fillRows(kernels, job.dq, { batches, rows: queries, columns });
    fillRows(kernels, job.dk, { batches, rows: keys, columns });
    fillRows(kernels, job.dv, { batches, rows: keys, columns });
    return;
  }
  if (D === 0) return;
  const blocks = Math.ceil(queries / LARGEST_BLOCK);
  const blockSize = 8 * Math.ceil(queries / blocks / 8);
  const strips = 64 * blockSize * Math.ceil(D / 8) + 16 * keys * Math.ceil(D / 4);
  kernels.run({
    op: ops.attentionBackward,
    units: batches * heads,
    fields: [...inputFields(job), ...[job.dOut, job.dq, job.dk, job.dv].flatMap(rowFields), blockSize],
    scratchBytes: 320 + 64 * D + strips + 8 * (keys + 6) * (8 + D + blockSize),
  });
}
