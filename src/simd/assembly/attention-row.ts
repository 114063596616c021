/**
 * Attention of a single query, as in decoding: out = softmax(q·kᵀ/√D + mask)·v in every head. There is too little to
 * compute to bring keys and values into another order first. They are read where they are, once, all heads of a row
 * side by side: four long streams, rows that lie a quarter of all rows apart.
 */
import { Attention } from './attention';
import { add } from './epilogue';
import { sumsOfPairs } from './gemv';
import { all, madd } from './lanes';
import { endOf } from './row-sums';
import { exponentials, rowMax, scaleInPlace } from './softmax';
import { dots1F32 } from './tiles';

const STREAMS: i32 = 4;
/** Scratch memory: lanes of four scores; the query; the scores of all heads [heads, keys]. */
const QUERY: usize = 128;

/** Unit batch · queries + query. */
export function attentionRowUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<Attention>(fields);
  const C = job.heads * job.headDim, keys = job.keys;
  const batch = <usize>(unit / job.queries), query = <usize>(unit % job.queries);
  const q = scratch + QUERY, scores = endOf(q, C), out = job.out + batch * job.outBatch + query * job.outRow;
  memory.copy(q, job.q + batch * job.qBatch + query * job.qRow, <usize>C << 2);
  scaleInPlace(q, job.scale, C);
  scoreKeys(job, q, job.k + batch * job.kBatch, scores, scratch);
  memory.fill(out, 0, <usize>C << 2);
  for (let head = 0; head < job.heads; head++) {
    const row = endOf(scores, head * keys);
    if (job.mask) add(row, endOf(job.mask, unit * keys), <usize>keys << 2);
    scaleInPlace(row, <f32>(1 / exponentials(row, rowMax(row, keys), keys, row)), keys);
  }
  mixValues(job, scores, job.v + batch * job.vBatch, out);
}

/** scores[h, i] = Σ_d q[h, d]·k[i, h, d]. */
function scoreKeys(job: Attention, q: usize, k: usize, scores: usize, lanes: usize): void {
  const keys = job.keys, apart = keys / STREAMS, far = <usize>apart * job.kRow;
  for (let i = 0; i < apart; i++) {
    scoreFour(job, q, k + <usize>i * job.kRow, far, endOf(scores, i), <usize>apart << 2, lanes);
  }
  for (let i = apart * STREAMS; i < keys; i++) {
    scoreFour(job, q, k + <usize>i * job.kRow, 0, endOf(scores, i), 0, lanes);
  }
}

/** The scores of four keys `far` apart in all heads, which belong `step` bytes apart. */
function scoreFour(job: Attention, q: usize, k: usize, far: usize, scores: usize, step: usize, lanes: usize): void {
  const D = job.headDim, whole = D & ~7, headBytes = <usize>D << 2, row = <usize>job.keys << 2;
  for (let head = 0; head < job.heads; head++) {
    dots1F32(k, far, q, <usize>whole << 2, lanes);
    const sums = sumsOfPairs(lanes, false);
    v128.store32_lane(scores, sums, 0);
    v128.store32_lane(scores + step, sums, 1);
    v128.store32_lane(scores + 2 * step, sums, 2);
    v128.store32_lane(scores + 3 * step, sums, 3);
    if (whole < D) addTails(q, k, far, whole, D, scores, step);
    q += headBytes;
    k += headBytes;
    scores += row;
  }
}

/** scores += Σ over d from `start` on of q[d]·k[d]: what the vectors leave. */
function addTails(q: usize, k: usize, far: usize, start: i32, D: i32, scores: usize, step: usize): void {
  const count = step == 0 ? 1 : STREAMS;
  for (let s = 0; s < count; s++) {
    let sum = load<f32>(scores);
    for (let d = start; d < D; d++) sum += load<f32>(endOf(q, d)) * load<f32>(endOf(k, d));
    store<f32>(scores, sum);
    k += far;
    scores += step;
  }
}

/** out[h, d] += Σᵢ p[h, i]·v[i, h, d]. */
function mixValues(job: Attention, p: usize, v: usize, out: usize): void {
  const keys = job.keys, D = job.headDim, headBytes = <usize>D << 2, row = <usize>keys << 2;
  const apart = keys / STREAMS, far = <usize>apart * job.vRow, step = <usize>apart << 2;
  for (let i = 0; i < keys; i++) {
    if (i >= apart && i < apart * STREAMS) continue;
    let value = v + <usize>i * job.vRow, weight = endOf(p, i), to = out;
    for (let head = 0; head < job.heads; head++) {
      if (i < apart) mixFour(value, far, weight, step, D, to);
      else mixOne(value, load<f32>(weight), D, to);
      value += headBytes;
      weight += row;
      to += headBytes;
    }
  }
}

/** out[d] += Σ of the four p·v[d] that lie `step` and `far` apart. */
function mixFour(v0: usize, far: usize, p: usize, step: usize, D: i32, out: usize): void {
  const v1 = v0 + far, v2 = v1 + far, v3 = v2 + far, end = endOf(out, D), whole = endOf(out, D & ~3);
  const p0 = v128.load32_splat(p), p1 = v128.load32_splat(p + step);
  const p2 = v128.load32_splat(p + 2 * step), p3 = v128.load32_splat(p + 3 * step);
  let i: usize = 0;
  for (; out < whole; out += 16, i += 16) {
    const low = madd(p1, v128.load(v1 + i), madd(p0, v128.load(v0 + i), v128.load(out)));
    v128.store(out, madd(p3, v128.load(v3 + i), madd(p2, v128.load(v2 + i), low)));
  }
  for (; out < end; out += 4, i += 4) {
    let sum = load<f32>(out) + load<f32>(p) * load<f32>(v0 + i) + load<f32>(p + step) * load<f32>(v1 + i);
    sum += load<f32>(p + 2 * step) * load<f32>(v2 + i) + load<f32>(p + 3 * step) * load<f32>(v3 + i);
    store<f32>(out, sum);
  }
}

/** out[d] += p·v[d]. */
function mixOne(v: usize, p: f32, D: i32, out: usize): void {
  const end = endOf(out, D), whole = endOf(out, D & ~3), weight = all(p);
  for (; out < whole; out += 16, v += 16) v128.store(out, madd(weight, v128.load(v), v128.load(out)));
  for (; out < end; out += 4, v += 4) store<f32>(out, load<f32>(out) + p * load<f32>(v));
}
