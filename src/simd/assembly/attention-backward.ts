/**
 * The gradients of attention for one head, dOut being given. The weights P are computed anew:
 *
 *     dv = Pᵀ·dOut,   dP = dOut·vᵀ,   dS = P∘(dP − rowsum(P∘dP)),   dq = dS·k/√D,   dk = dSᵀ·q/√D
 *
 * For 8 queries P and dS are panels [keys, 8], like the scores of the forward; dq follows from dS at once. dk
 * and dv are sums over the queries, of which a block is collected at a time, as tiles.
 */
import { AttentionInputs, partOf, scorePanel } from './attention-inputs';
import { packPanel, packStrips, packTiles, SPARE_ROWS } from './attention-pack';
import { mixStrips, multiplyPanel, multiplyStrips } from './attention-products';
import { softmaxColumns, softmaxColumnsBackward } from './attention-softmax';
import { all } from './lanes';

@unmanaged
class AttentionBackward extends AttentionInputs {
  dOut: usize;
  dOutRow: usize;
  dOutBatch: usize;
  dq: usize;
  dqRow: usize;
  dqBatch: usize;
  dk: usize;
  dkRow: usize;
  dkBatch: usize;
  dv: usize;
  dvRow: usize;
  dvBatch: usize;
  /** Queries of a block, a multiple of 8. */
  blockSize: i32;
}

/** What a unit keeps in its private memory, of which this is the beginning. */
@unmanaged
class Workspace {
  /** [keys, D]. */
  keyTiles: usize;
  valueTiles: usize;
  keyStrips: usize;
  /** [D, 8]. */
  queryPanel: usize;
  dOutPanel: usize;
  /** [keys, 8]: P, dS. */
  weights: usize;
  dScores: usize;
  /** [keys, queries of the block]. */
  weightTiles: usize;
  dScoreTiles: usize;
  /** [queries of the block, D], the queries scaled. */
  queryStrips: usize;
  dOutStrips: usize;
  /** [8]. */
  inverseSums: usize;
  scales: usize;
  /** [6, 8]. */
  corner: usize;
}

/** Unit batch · heads + head. */
export function attentionBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<AttentionBackward>(fields);
  const D = job.headDim;
  const head = unit % job.heads;
  const batch = <usize>(unit / job.heads);
  const work = workspace(scratch, job);
  const k = partOf(job.k, job.kBatch, batch, head, D);
  packTiles(work.keyTiles, D, 0, k, job.kRow, job.keys, D);
  packStrips(work.keyStrips, 4, k, job.kRow, job.keys, D, 1);
  packTiles(work.valueTiles, D, 0, partOf(job.v, job.vBatch, batch, head, D), job.vRow, job.keys, D);
  for (let first = 0; first < job.queries; first += job.blockSize) {
    const count = min(job.blockSize, job.queries - first);
    for (let i = 0; i < count; i += 8) panelBackward(job, work, batch, head, first, i, min(8, count - i));
    blockBackward(job, work, batch, head, first, count);
  }
}

/** dq, and the tiles of P and dS, for `count` ≤ 8 queries from `first` + `at` on. */
function panelBackward(
  job: AttentionBackward,
  work: Workspace,
  batch: usize,
  head: i32,
  first: i32,
  at: i32,
  count: i32,
): void {
  const D = job.headDim;
  const keys = job.keys;
  const query = first + at;
  const dOut = partOf(job.dOut, job.dOutBatch, batch, head, D) + <usize>query * job.dOutRow;
  const dq = partOf(job.dq, job.dqBatch, batch, head, D) + <usize>query * job.dqRow;
  scorePanel(work.weights, job, work.keyTiles, batch, head, query, count, work.queryPanel);
  softmaxColumns(work.weights, keys, work.inverseSums);
  packPanel(work.dOutPanel, dOut, job.dOutRow, count, D, 1);
  multiplyPanel(work.dScores, work.valueTiles, work.dOutPanel, keys, D, false); // dP
  softmaxColumnsBackward(work.weights, work.dScores, keys, work.inverseSums);
  mixStrips(dq, job.dqRow, work.dScores, work.keyStrips, count, D, keys, work.scales, work.corner);
  packTiles(work.weightTiles, job.blockSize, at, work.weights, 32, keys, count);
  packTiles(work.dScoreTiles, job.blockSize, at, work.dScores, 32, keys, count);
}

/** dk and dv, as far as they come from `count` queries from `first` on. */
function blockBackward(
  job: AttentionBackward,
  work: Workspace,
  batch: usize,
  head: i32,
  first: i32,
  count: i32,
): void {
  const D = job.headDim;
  const q = partOf(job.q, job.qBatch, batch, head, D) + <usize>first * job.qRow;
  const dOut = partOf(job.dOut, job.dOutBatch, batch, head, D) + <usize>first * job.dOutRow;
  const dk = partOf(job.dk, job.dkBatch, batch, head, D);
  const dv = partOf(job.dv, job.dvBatch, batch, head, D);
  const keys = job.keys;
  const size = job.blockSize;
  const add = first > 0;
  packStrips(work.queryStrips, 8, q, job.qRow, count, D, job.scale);
  packStrips(work.dOutStrips, 8, dOut, job.dOutRow, count, D, 1);
  multiplyStrips(dk, job.dkRow, work.dScoreTiles, size, work.queryStrips, keys, D, count, add, work.corner);
  multiplyStrips(dv, job.dvRow, work.weightTiles, size, work.dOutStrips, keys, D, count, add, work.corner);
}

function workspace(scratch: usize, job: AttentionBackward): Workspace {
  const work = changetype<Workspace>(scratch);
  const D = <usize>job.headDim;
  const size = <usize>job.blockSize;
  const keys = <usize>job.keys;
  const rows = keys + SPARE_ROWS;
  work.inverseSums = scratch + 64;
  work.scales = scratch + 96;
  work.corner = scratch + 128;
  work.weights = scratch + 320;
  work.dScores = work.weights + 32 * rows;
  work.queryPanel = work.dScores + 32 * rows;
  work.dOutPanel = work.queryPanel + 32 * D;
  work.queryStrips = work.dOutPanel + 32 * D;
  work.dOutStrips = work.queryStrips + 32 * size * ((D + 7) / 8);
  work.keyStrips = work.dOutStrips + 32 * size * ((D + 7) / 8);
  work.keyTiles = work.keyStrips + 16 * keys * ((D + 3) / 4);
  work.valueTiles = work.keyTiles + 4 * rows * D;
  work.weightTiles = work.valueTiles + 4 * rows * D;
  work.dScoreTiles = work.weightTiles + 4 * rows * size;
  v128.store(work.scales, all(job.scale));
  v128.store(work.scales, all(job.scale), 16);
  return work;
}
