/**
 * What bounds every other kernel, to be measured beside it: the arithmetic of 128-bit lanes, and the memory.
 * Neither computes anything of use; both leave a result that shows that all of the work was done.
 */
import { all, madd } from './lanes';

/** Steps of a round: one vector of private memory each. */
const STEPS: usize = 1024;
export const PEAK_SCRATCH: usize = STEPS * 16;

@unmanaged
class PeakJob {
  rounds: i32;
  /** Where unit u leaves its sum, at + 4·u. */
  sums: usize;
}

/** sums[u] = Σ 1·1 over rounds, steps and accumulators (of one lane; all are equal). */
export function peakUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<PeakJob>(fields);
  const sums = job.sums + <usize>unit * 4;
  const ones = all(1);
  for (let p = scratch; p < scratch + PEAK_SCRATCH; p += 16) v128.store(p, ones);
  store<f32>(sums, 0);
  for (let round = 0; round < job.rounds; round++) sweep(scratch, scratch + PEAK_SCRATCH, sums);
}

/** c + a·b; not fused it is c·a + b, lest a·b be computed once for all c. Of ones both are the same. */
@inline
function grown(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? madd(a, b, c) : madd(c, a, b);
}

/**
 * c_i ← c_i + a·b_p for twelve independent accumulators: enough to hide the latency of a multiply-add, few
 * enough for the registers. b_p comes from memory, so that it is not known before.
 */
export function sweep(p: usize, end: usize, sums: usize): void {
  const a = v128.load(p);
  let c0 = all(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let c6 = c0, c7 = c0, c8 = c0, c9 = c0, c10 = c0, c11 = c0;
  while (p < end) {
    const b = v128.load(p);
    c0 = grown(a, b, c0);
    c1 = grown(a, b, c1);
    c2 = grown(a, b, c2);
    c3 = grown(a, b, c3);
    c4 = grown(a, b, c4);
    c5 = grown(a, b, c5);
    c6 = grown(a, b, c6);
    c7 = grown(a, b, c7);
    c8 = grown(a, b, c8);
    c9 = grown(a, b, c9);
    c10 = grown(a, b, c10);
    c11 = grown(a, b, c11);
    p += 16;
  }
  const low = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(c4, c5));
  const high = f32x4.add(f32x4.add(f32x4.add(c6, c7), f32x4.add(c8, c9)), f32x4.add(c10, c11));
  store<f32>(sums, load<f32>(sums) + f32x4.extract_lane(f32x4.add(low, high), 0));
}

@unmanaged
class StreamJob {
  data: usize;
  /** Bytes that one unit reads: a multiple of 64. */
  bytes: usize;
  /** Where unit u leaves its result, at + 16·u. */
  sums: usize;
}

/** sums[u] = Σ mod 2³² of the unit's words, by their place modulo 4. */
export function streamUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<StreamJob>(fields);
  sumWords(job.data + <usize>unit * job.bytes, job.bytes >> 2, job.sums + <usize>unit * 16);
}

/**
 * Four streams `bytes` apart, read side by side: long and far from one another, which is what the
 * prefetchers of a processor follow best.
 */
export function sumWords(p: usize, bytes: usize, sums: usize): void {
  let a = i32x4.splat(0), b = a, c = a, d = a;
  let p1 = p + bytes, p2 = p1 + bytes, p3 = p2 + bytes;
  const end = p + bytes;
  while (p < end) {
    a = i32x4.add(a, v128.load(p));
    b = i32x4.add(b, v128.load(p1));
    c = i32x4.add(c, v128.load(p2));
    d = i32x4.add(d, v128.load(p3));
    p += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
  }
  v128.store(sums, i32x4.add(i32x4.add(a, b), i32x4.add(c, d)));
}
