/**
 * Elementary functions over a range of numbers: y = f(x), and dx = dy·f′(x) on the way back.
 *
 * A unit is 4096 numbers. `y` may be `x` itself; `dx` may be `dy` or `x`.
 */
import { exp4, gelu4, geluSlope4, silu4, siluSlope4, tableAddress } from './elementary';

const COUNT: i32 = 4096;

const GELU: i32 = 0;
const SILU: i32 = 1;
const EXP: i32 = 2;

@unmanaged
class ActivationJob {
  x: usize;
  y: usize;
  count: i32;
  kind: i32;
}

export function activationUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ActivationJob>(fields);
  const first = unit * COUNT;
  const offset = <usize>first << 2;
  const count = min(COUNT, job.count - first);
  if (job.kind == GELU) geluOf(job.x + offset, job.y + offset, count);
  else if (job.kind == SILU) siluOf(job.x + offset, job.y + offset, count);
  else expOf(job.x + offset, job.y + offset, count);
}

// One function for each kind, because the choice must not be made in the loop.

function geluOf(x: usize, y: usize, count: i32): void {
  map(GELU, x, y, count);
}

function siluOf(x: usize, y: usize, count: i32): void {
  map(SILU, x, y, count);
}

function expOf(x: usize, y: usize, count: i32): void {
  map(EXP, x, y, count);
}

@inline
function valueOf(kind: i32, x: v128, table: usize): v128 {
  if (kind == GELU) return gelu4(x, table);
  if (kind == SILU) return silu4(x, table);
  return exp4(x, table);
}

/** yᵢ = f(xᵢ). */
@inline
function map(kind: i32, x: usize, y: usize, count: i32): void {
  const table = tableAddress();
  const end = x + (<usize>count << 2);
  const whole = x + (<usize>(count & ~3) << 2);
  while (x < whole) {
    v128.store(y, valueOf(kind, v128.load(x), table));
    x += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, f32x4.extract_lane(valueOf(kind, v128.load_splat<f32>(x), table), 0));
    x += 4;
    y += 4;
  }
}

@unmanaged
class ActivationBackwardJob {
  x: usize;
  dy: usize;
  dx: usize;
  count: i32;
  kind: i32;
}

export function activationBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ActivationBackwardJob>(fields);
  const first = unit * COUNT;
  const offset = <usize>first << 2;
  const count = min(COUNT, job.count - first);
  if (job.kind == GELU) geluBackward(job.x + offset, job.dy + offset, job.dx + offset, count);
  else siluBackward(job.x + offset, job.dy + offset, job.dx + offset, count);
}

function geluBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  mapBackward(GELU, x, dy, dx, count);
}

function siluBackward(x: usize, dy: usize, dx: usize, count: i32): void {
  mapBackward(SILU, x, dy, dx, count);
}

@inline
function slopeOf(kind: i32, x: v128, table: usize): v128 {
  return kind == GELU ? geluSlope4(x, table) : siluSlope4(x, table);
}

/** dxᵢ = dyᵢ·f′(xᵢ). */
@inline
function mapBackward(kind: i32, x: usize, dy: usize, dx: usize, count: i32): void {
  const table = tableAddress();
  const end = x + (<usize>count << 2);
  const whole = x + (<usize>(count & ~3) << 2);
  while (x < whole) {
    v128.store(dx, f32x4.mul(v128.load(dy), slopeOf(kind, v128.load(x), table)));
    x += 16;
    dy += 16;
    dx += 16;
  }
  while (x < end) {
    const slope = f32x4.extract_lane(slopeOf(kind, v128.load_splat<f32>(x), table), 0);
    store<f32>(dx, load<f32>(dy) * slope);
    x += 4;
    dy += 4;
    dx += 4;
  }
}
