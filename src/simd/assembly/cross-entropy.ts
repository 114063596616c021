/**
 * Cross-entropy of contiguous rows of logits z, with s = softmax(z) and log s = z − max − log Σ exp(z − max):
 *
 *     target row t:   loss = −Σ t·log s,   dz = weight·(s·Σ t − t)
 *     target class c: loss = −log s[c],    dz = weight·(s − [k = c]);   both 0 where c is −100
 *
 * `dz` also holds the exponentials on the way; it may be `z`.
 */
import { dot, endOf, sum } from './row-sums';
import { exponentials, rowMax, scaleInPlace } from './softmax';

/** The class of rows that do not count, as PyTorch's `ignore_index`. */
const IGNORED: i32 = -100;

@unmanaged
class CrossEntropyJob {
  logits: usize;
  targets: usize;
  loss: usize;
  dLogits: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  weight: f32;
}

export function crossEntropyUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<CrossEntropyJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const logits = endOf(job.logits, row * n);
    const target = endOf(job.targets, row * n);
    const dLogits = endOf(job.dLogits, row * n);
    const max = rowMax(logits, n);
    const share = sum(target, n);
    const distance = -dot(target, logits, max, n); // Σ t·(max − z), before dLogits takes their place
    const total = exponentials(logits, max, n, dLogits);
    store<f32>(endOf(job.loss, row), distance + <f32>(share * naturalLog(total)));
    subtractTarget(dLogits, target, <f32>(job.weight * share / total), job.weight, n);
  }
}

export function classCrossEntropyUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<CrossEntropyJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const dLogits = endOf(job.dLogits, row * n);
    const target = load<i32>(endOf(job.targets, row));
    if (target == IGNORED) {
      store<f32>(endOf(job.loss, row), 0);
      memory.fill(dLogits, 0, <usize>n << 2);
      continue;
    }
    const logits = endOf(job.logits, row * n);
    const max = rowMax(logits, n);
    const distance = max - load<f32>(endOf(logits, target));
    const total = exponentials(logits, max, n, dLogits);
    store<f32>(endOf(job.loss, row), distance + <f32>naturalLog(total));
    scaleInPlace(dLogits, <f32>(job.weight / total), n);
    store<f32>(endOf(dLogits, target), load<f32>(endOf(dLogits, target)) - job.weight);
  }
}

/** dᵢ = dᵢ·scale − tᵢ·weight. */
function subtractTarget(d: usize, t: usize, scale: f32, weight: f32, n: i32): void {
  const end = endOf(d, n);
  const fours = endOf(d, n & ~3);
  const scales = f32x4.splat(scale);
  const weights = f32x4.splat(weight);
  while (d < fours) {
    v128.store(d, f32x4.sub(f32x4.mul(v128.load(d), scales), f32x4.mul(v128.load(t), weights)));
    d += 16;
    t += 16;
  }
  while (d < end) {
    store<f32>(d, load<f32>(d) * scale - load<f32>(t) * weight);
    d += 4;
    t += 4;
  }
}

/**
 * ln x for x ≥ 1 or NaN, in float64 to 1e-14: with x = 2ᵉ·m and ½√2 ≤ m < √2,
 * ln x = e·ln 2 + 2·artanh((m − 1)/(m + 1)).
 */
function naturalLog(x: f64): f64 {
  if (x != x) return x;
  const bits = reinterpret<u64>(x) + 0x95f619980c433; // carries from √2 on
  const exponent = <i32>(bits >> 52) - 1023;
  const mantissa = x * reinterpret<f64>(<u64>(1023 - exponent) << 52);
  const f = (mantissa - 1) / (mantissa + 1);
  const g = f * f;
  let series: f64 = 1.0 / 17;
  for (let k = 15; k > 0; k -= 2) series = series * g + 1.0 / <f64>k;
  return <f64>exponent * 0.6931471805599453 + 2 * f * series;
}
