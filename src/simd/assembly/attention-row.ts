/**
 * Attention of a single query in one head, as in decoding: out = softmax(q·kᵀ/√D + mask)·v. Keys and values are read
 * where they are; there is too little to compute to bring them into another order first.
 */
import { Attention } from './attention';
import { partOf } from './attention-inputs';
import { add } from './epilogue';
import { sumsOfPairs } from './gemv';
import { endOf } from './row-sums';
import { exponentials, rowMax, scaleInPlace } from './softmax';
import { dots1F32, mix1, mix4, mix8 } from './tiles';

/** Scratch memory: lanes of four scores; the query; the scores of all keys. */
const QUERY: usize = 128;

/** Unit (batch · heads + head) · queries + query. */
export function attentionRowUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<Attention>(fields);
  const D = job.headDim, keys = job.keys;
  const query = unit % job.queries, head = (unit / job.queries) % job.heads;
  const batch = <usize>(unit / job.queries / job.heads);
  const q = scratch + QUERY, scores = endOf(q, D);
  memory.copy(q, partOf(job.q, job.qBatch, batch, head, D) + <usize>query * job.qRow, <usize>D << 2);
  scaleInPlace(q, job.scale, D);
  scoreKeys(q, partOf(job.k, job.kBatch, batch, head, D), job.kRow, keys, D, scores, scratch);
  if (job.mask) {
    const row = batch * <usize>job.queries + <usize>query, bytes = <usize>keys << 2;
    add(scores, job.mask + row * bytes, bytes);
  }
  const sum = exponentials(scores, rowMax(scores, keys), keys, scores);
  const out = partOf(job.out, job.outBatch, batch, head, D) + <usize>query * job.outRow;
  mixValues(scores, keys, partOf(job.v, job.vBatch, batch, head, D), job.vRow, D, out);
  scaleInPlace(out, <f32>(1 / sum), D);
}

/** scores[i] = Σ_d q[d]·k[i, d]; behind the last there is room for three more. */
function scoreKeys(q: usize, k: usize, row: usize, keys: i32, D: i32, scores: usize, lanes: usize): void {
  if (keys < 4) {
    for (let key = 0; key < keys; key++) scoreFour(q, k + <usize>key * row, 0, D, endOf(scores, key), lanes);
    return;
  }
  for (let key = 0; key < keys; key += 4) {
    const first = min(key, keys - 4); // the last four may have been met before
    scoreFour(q, k + <usize>first * row, row, D, endOf(scores, first), lanes);
  }
}

/** The scores of four keys. */
function scoreFour(q: usize, k: usize, row: usize, D: i32, scores: usize, lanes: usize): void {
  const whole = D & ~7;
  dots1F32(k, row, q, <usize>whole << 2, lanes);
  v128.store(scores, sumsOfPairs(lanes, false));
  if (whole == D) return;
  const end = endOf(q, D), toKeys = k - q;
  for (let i: usize = 0; i < 4; i++) {
    let sum = load<f32>(scores + 4 * i);
    for (let d = endOf(q, whole); d < end; d += 4) sum += load<f32>(d) * load<f32>(d + toKeys + i * row);
    store<f32>(scores + 4 * i, sum);
  }
}

/** out[d] = Σᵢ p[i]·v[i, d]. */
function mixValues(p: usize, keys: i32, v: usize, row: usize, D: i32, out: usize): void {
  const end = endOf(p, keys);
  let d = 0;
  for (; d + 32 <= D; d += 32) mix8(p, end, endOf(v, d), row, endOf(out, d));
  for (; d + 16 <= D; d += 16) mix4(p, end, endOf(v, d), row, endOf(out, d));
  for (; d + 4 <= D; d += 4) mix1(p, end, endOf(v, d), row, endOf(out, d));
  for (; d < D; d++) {
    let sum: f32 = 0, value = endOf(v, d);
    for (let at = p; at < end; at += 4, value += row) sum += load<f32>(at) * load<f32>(value);
    store<f32>(endOf(out, d), sum);
  }
}
