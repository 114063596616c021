/**
 * The gated activation of LLaMA's MLP: y = a·σ(a)·b, and its gradients.
 *
 * Rows lie `stride` bytes apart, so a and b may be the halves of one joint row. `y` may be `a` or `b`; `da` and
 * `db` may each lie where `a`, `b` or `dy` does.
 */
import { silu4, siluSlope4, tableAddress } from './elementary';
import { endOf } from './row-sums';

@unmanaged
class GatedSiluJob {
  a: usize;
  aStride: usize;
  b: usize;
  bStride: usize;
  y: usize;
  yStride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function gatedSiluUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GatedSiluJob>(fields);
  const first = unit * job.rowsPerUnit;
  let a = job.a + <usize>first * job.aStride;
  let b = job.b + <usize>first * job.bStride;
  let y = job.y + <usize>first * job.yStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    gateRow(a, b, job.n, y);
    a += job.aStride;
    b += job.bStride;
    y += job.yStride;
  }
}

/** yᵢ = aᵢ·σ(aᵢ)·bᵢ. */
function gateRow(a: usize, b: usize, n: i32, y: usize): void {
  const table = tableAddress();
  const end = endOf(a, n);
  const whole = endOf(a, n & ~3);
  while (a < whole) {
    v128.store(y, f32x4.mul(silu4(v128.load(a), table), v128.load(b)));
    a += 16;
    b += 16;
    y += 16;
  }
  while (a < end) {
    store<f32>(y, f32x4.extract_lane(silu4(v128.load_splat<f32>(a), table), 0) * load<f32>(b));
    a += 4;
    b += 4;
    y += 4;
  }
}

@unmanaged
class GatedSiluBackwardJob {
  a: usize;
  aStride: usize;
  b: usize;
  bStride: usize;
  dy: usize;
  dyStride: usize;
  da: usize;
  daStride: usize;
  db: usize;
  dbStride: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function gatedSiluBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<GatedSiluBackwardJob>(fields);
  const first = unit * job.rowsPerUnit;
  let a = job.a + <usize>first * job.aStride;
  let b = job.b + <usize>first * job.bStride;
  let dy = job.dy + <usize>first * job.dyStride;
  let da = job.da + <usize>first * job.daStride;
  let db = job.db + <usize>first * job.dbStride;
  for (let left = min(job.rowsPerUnit, job.rows - first); left > 0; left--) {
    gateRowBackward(a, b, dy, job.n, da, db);
    a += job.aStride;
    b += job.bStride;
    dy += job.dyStride;
    da += job.daStride;
    db += job.dbStride;
  }
}

/** With s(a) = a·σ(a): daᵢ = dyᵢ·bᵢ·s′(aᵢ);  dbᵢ = dyᵢ·s(aᵢ). */
function gateRowBackward(a: usize, b: usize, dy: usize, n: i32, da: usize, db: usize): void {
  const table = tableAddress();
  const end = endOf(a, n);
  const whole = endOf(a, n & ~3);
  while (a < whole) {
    const x = v128.load(a);
    const gradient = v128.load(dy);
    const slope = f32x4.mul(f32x4.mul(gradient, v128.load(b)), siluSlope4(x, table));
    v128.store(db, f32x4.mul(gradient, silu4(x, table)));
    v128.store(da, slope);
    a += 16;
    b += 16;
    dy += 16;
    da += 16;
    db += 16;
  }
  while (a < end) {
    const x = v128.load_splat<f32>(a);
    const gradient = load<f32>(dy);
    const slope = gradient * load<f32>(b) * f32x4.extract_lane(siluSlope4(x, table), 0);
    store<f32>(db, gradient * f32x4.extract_lane(silu4(x, table), 0));
    store<f32>(da, slope);
    a += 4;
    b += 4;
    dy += 4;
    da += 4;
    db += 4;
  }
}
