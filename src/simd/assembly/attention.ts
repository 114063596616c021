/**
 * Scaled dot-product attention of one head: out = softmax(q·kᵀ/√D + mask)·v, eight queries at a time.
 *
 * Everything is computed transposed. The scores of 8 queries are a panel Sᵀ [keys, 8], one lane a query.
 * Softmax runs down its columns, and the panel is at once an operand of the second product, outᵀ = vᵀ·Pᵀ;
 * the sums of the softmax divide the result.
 */
import { AttentionInputs, partOf, scorePanel } from './attention-inputs';
import { packStrips, packTiles, SPARE_ROWS } from './attention-pack';
import { mixStrips } from './attention-products';
import { softmaxColumns } from './attention-softmax';

@unmanaged
export class Attention extends AttentionInputs {
  out: usize;
  outRow: usize;
  outBatch: usize;
  /** The queries of a head are split into groups of so many, a multiple of 8; not for `attentionRowUnit`. */
  groupSize: i32;
}

/** Unit (batch · heads + head) · groups + group: some queries of one head. */
export function attentionUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<Attention>(fields);
  const D = job.headDim;
  const keys = job.keys;
  const groups = (job.queries + job.groupSize - 1) / job.groupSize;
  const first = (unit % groups) * job.groupSize;
  const end = min(job.queries, first + job.groupSize);
  const head = (unit / groups) % job.heads;
  const batch = <usize>(unit / groups / job.heads);

  const inverseSums = scratch; //                                                [8]
  const corner = scratch + 64; //                                                [4, 8]
  const panel = corner + 192; //                                                 [keys + spare, 8]
  const queryPanel = panel + 32 * (<usize>keys + SPARE_ROWS); //                 [D, 8]
  const valueStrips = queryPanel + 32 * <usize>D; //                             [⌈D/4⌉, keys, 4]
  const keyTiles = valueStrips + 16 * <usize>keys * ((<usize>D + 3) / 4); //     [keys + spare, D]
  packTiles(keyTiles, D, 0, partOf(job.k, job.kBatch, batch, head, D), job.kRow, keys, D);
  packStrips(valueStrips, 4, partOf(job.v, job.vBatch, batch, head, D), job.vRow, keys, D, 1);

  for (let query = first; query < end; query += 8) {
    const count = min(8, end - query);
    const out = partOf(job.out, job.outBatch, batch, head, D) + <usize>query * job.outRow;
    scorePanel(panel, job, keyTiles, batch, head, query, count, queryPanel);
    softmaxColumns(panel, keys, inverseSums);
    mixStrips(out, job.outRow, panel, valueStrips, count, D, keys, inverseSums, corner);
  }
}
