/** What attention is given, forward and backward, and the scores that both begin with. */
import { packPanel } from './attention-pack';
import { multiplyPanel } from './attention-products';

/** Addresses of [batch, row, heads·headDim] float32; distances in bytes. */
@unmanaged
export class AttentionInputs {
  q: usize;
  qRow: usize;
  qBatch: usize;
  k: usize;
  kRow: usize;
  kBatch: usize;
  v: usize;
  vRow: usize;
  vBatch: usize;
  /** [batch, queries, keys], added to the scores of every head, or 0. */
  mask: usize;
  heads: i32;
  queries: i32;
  keys: i32;
  headDim: i32;
  /** 1/√D. */
  scale: f32;
}

/** s[k, j] = Σ_d keyTiles[k, d] · q[j, d]/√D + mask[j, k] for `count` ≤ 8 queries: a panel [keys, 8]. */
export function scorePanel(
  s: usize,
  job: AttentionInputs,
  keyTiles: usize,
  batch: usize,
  head: i32,
  query: i32,
  count: i32,
  queryPanel: usize,
): void {
  const hasMask = job.mask != 0;
  if (hasMask) {
    const row = batch * <usize>job.queries + <usize>query;
    const rowBytes = <usize>job.keys * 4;
    packPanel(s, job.mask + row * rowBytes, rowBytes, count, job.keys, 1);
  }
  const q = partOf(job.q, job.qBatch, batch, head, job.headDim) + <usize>query * job.qRow;
  packPanel(queryPanel, q, job.qRow, count, job.headDim, job.scale);
  multiplyPanel(s, keyTiles, queryPanel, job.keys, job.headDim, hasMask);
}

/** Where the part of one head in one member of the batch begins. */
@inline
export function partOf(tensor: usize, batchStride: usize, batch: usize, head: i32, headDim: i32): usize {
  return tensor + batch * batchStride + <usize>(head * headDim) * 4;
}
