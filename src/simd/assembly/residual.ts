/**
 * A branch scaled by channel and added to the stream, in contiguous rows: y = x + branch·γ, and backward
 *
 *     dBranch = dy·γ,   dγ = Σ over rows of dy·branch
 *
 * `y` may be `x` or `branch`, `dBranch` may be `dy` or `branch`. A backward unit leaves its part of dγ in a
 * row of `partials`; another job sums these.
 */
import { madd } from './lanes';
import { endOf } from './row-sums';

@unmanaged
class ResidualJob {
  x: usize;
  branch: usize;
  gamma: usize;
  y: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
}

export function residualUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ResidualJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  for (let row = first; row < last; row++) {
    const at = row * n;
    addBranch(endOf(job.x, at), endOf(job.branch, at), job.gamma, n, endOf(job.y, at));
  }
}

/** yᵢ = xᵢ + branchᵢ·γᵢ. */
function addBranch(x: usize, branch: usize, gamma: usize, n: i32, y: usize): void {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  while (x < whole) {
    v128.store(y, madd(v128.load(branch), v128.load(gamma), v128.load(x)));
    x += 16;
    branch += 16;
    gamma += 16;
    y += 16;
  }
  while (x < end) {
    store<f32>(y, load<f32>(x) + load<f32>(branch) * load<f32>(gamma));
    x += 4;
    branch += 4;
    gamma += 4;
    y += 4;
  }
}

@unmanaged
class ResidualBackwardJob {
  branch: usize;
  gamma: usize;
  dy: usize;
  dBranch: usize;
  rows: i32;
  n: i32;
  rowsPerUnit: i32;
  partials: usize;
}

export function residualBackwardUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<ResidualBackwardJob>(fields);
  const n = job.n;
  const first = unit * job.rowsPerUnit;
  const last = min(job.rows, first + job.rowsPerUnit);
  const dGamma = endOf(job.partials, unit * n);
  memory.fill(dGamma, 0, <usize>n << 2);
  for (let row = first; row < last; row++) {
    const at = row * n;
    branchBackward(endOf(job.branch, at), job.gamma, endOf(job.dy, at), n, endOf(job.dBranch, at), dGamma);
  }
}

/** dγᵢ += dyᵢ·branchᵢ;  dBranchᵢ = dyᵢ·γᵢ. */
function branchBackward(
  branch: usize, gamma: usize, dy: usize, n: i32, dBranch: usize, dGamma: usize,
): void {
  const end = endOf(branch, n);
  const whole = endOf(branch, n & ~3);
  while (branch < whole) {
    const gradient = v128.load(dy);
    v128.store(dGamma, madd(gradient, v128.load(branch), v128.load(dGamma)));
    v128.store(dBranch, f32x4.mul(gradient, v128.load(gamma)));
    branch += 16;
    gamma += 16;
    dy += 16;
    dBranch += 16;
    dGamma += 16;
  }
  while (branch < end) {
    const gradient = load<f32>(dy);
    store<f32>(dGamma, load<f32>(dGamma) + gradient * load<f32>(branch));
    store<f32>(dBranch, gradient * load<f32>(gamma));
    branch += 4;
    gamma += 4;
    dy += 4;
    dBranch += 4;
    dGamma += 4;
  }
}
