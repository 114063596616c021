/**
 * Scaled dot-product attention of one head: out = softmax(q·kᵀ/√D + mask)·v, eight queries at a time.
 *
 * Everything is computed transposed. The scores of 8 queries are a panel Sᵀ [keys, 8], one lane a query;
 * softmax runs down its columns, and as it stands the panel is an operand of the second product, outᵀ = vᵀ·Pᵀ.
 */
import { packPanel, packStrips, packTiles, SPARE_ROWS } from './attention-pack';
import { mixPanel, scorePanel } from './attention-panel';
import { softmaxColumns } from './attention-softmax';

/** Addresses of [batch, row, heads·headDim]; distances of rows and of the batch's members in bytes. */
@unmanaged
class Attention {
  q: usize;
  qRow: usize;
  qBatch: usize;
  k: usize;
  kRow: usize;
  kBatch: usize;
  v: usize;
  vRow: usize;
  vBatch: usize;
  /** [batch, queries, keys], or 0. */
  mask: usize;
  heads: i32;
  queries: i32;
  keys: i32;
  headDim: i32;
  /** 1/√D. */
  scale: f32;
  out: usize;
  outRow: usize;
  outBatch: usize;
  /** The queries of a head are split into groups of so many, a multiple of 8. */
  groupSize: i32;
}

/** What a unit keeps in its private memory, of which this is the beginning. */
@unmanaged
class Workspace {
  keyTiles: usize;
  valueStrips: usize;
  /** [headDim, 8], [keys, 8]. */
  queryPanel: usize;
  scorePanel: usize;
  /** [8], [4, 8]. */
  inverseSums: usize;
  outTile: usize;
}

/** Unit (batch · heads + head) · groups + group: some queries of one head. */
export function attentionUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<Attention>(fields);
  const groups = (job.queries + job.groupSize - 1) / job.groupSize;
  const first = (unit % groups) * job.groupSize;
  const head = (unit / groups) % job.heads;
  const batch = <usize>(unit / groups / job.heads);
  const work = workspace(scratch, job.keys, job.headDim);

  const channel = <usize>(head * job.headDim) * 4;
  const k = job.k + batch * job.kBatch + channel;
  const v = job.v + batch * job.vBatch + channel;
  packTiles(work.keyTiles, <usize>job.headDim * 4, k, job.kRow, job.keys, job.headDim);
  packStrips(work.valueStrips, v, job.vRow, job.keys, job.headDim);

  const end = min(job.queries, first + job.groupSize);
  for (let query = first; query < end; query += 8) attend(job, work, batch, channel, query, min(8, end - query));
}

/** out for `count` ≤ 8 queries from `query` on. */
function attend(job: Attention, work: Workspace, batch: usize, channel: usize, query: i32, count: i32): void {
  const row = <usize>query;
  const q = job.q + batch * job.qBatch + row * job.qRow + channel;
  const out = job.out + batch * job.outBatch + row * job.outRow + channel;
  const hasMask = job.mask != 0;
  if (hasMask) {
    const rowBytes = <usize>job.keys * 4;
    const mask = job.mask + (batch * <usize>job.queries + row) * rowBytes;
    packPanel(work.scorePanel, mask, rowBytes, count, job.keys, 1);
  }
  packPanel(work.queryPanel, q, job.qRow, count, job.headDim, job.scale);
  scorePanel(work.scorePanel, work.keyTiles, work.queryPanel, job.keys, job.headDim, hasMask);
  softmaxColumns(work.scorePanel, job.keys, work.inverseSums);
  mixPanel(
    out,
    job.outRow,
    count,
    job.headDim,
    work.valueStrips,
    work.scorePanel,
    job.keys,
    work.inverseSums,
    work.outTile,
  );
}

/** 256 + 32·D + 32·(K + 6) + 4·(K + 6)·D + 16·K·⌈D/4⌉ bytes. */
function workspace(scratch: usize, keys: i32, headDim: i32): Workspace {
  const work = changetype<Workspace>(scratch);
  const rows = <usize>keys + SPARE_ROWS;
  work.inverseSums = scratch + 64;
  work.outTile = scratch + 128;
  work.scorePanel = scratch + 256;
  work.queryPanel = work.scorePanel + 32 * rows;
  work.valueStrips = work.queryPanel + 32 * <usize>headDim;
  work.keyTiles = work.valueStrips + 16 * <usize>keys * ((<usize>headDim + 3) / 4);
  return work;
}
