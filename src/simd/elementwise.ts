/** Sums and products of contiguous float32 numbers. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Numbers a unit takes; `COUNT` of `assembly/elementwise.ts`. */
const UNIT = 8192;

interface Add {
  readonly a: number;
  readonly b: number;
  /** May be `a` or `b`. */
  readonly y: number;
  readonly count: number;
  /** 1 when left out. */
  readonly factor?: number;
}

/** y = a + b·factor: [count], [count] → [count]. */
export function add(kernels: Kernels, { a, b, y, count, factor = 1 }: Add): void {
  const fields = [a, b, y, count, { float: factor }];
  kernels.run({ op: ops.add, units: Math.ceil(count / UNIT), fields });
}

interface Scale {
  readonly x: number;
  /** May be `x`. */
  readonly y: number;
  readonly count: number;
  readonly factor: number;
}

/** y = x·factor: [count] → [count]. */
export function scale(kernels: Kernels, { x, y, count, factor }: Scale): void {
  const fields = [x, y, count, { float: factor }];
  kernels.run({ op: ops.scale, units: Math.ceil(count / UNIT), fields });
}

interface ScaledResidual {
  /** Left out: y = branch·scale, which is also the gradient of the branch, from dy. */
  readonly x?: number;
  readonly branch: number;
  /** [samples]: what stochastic depth gives each sample's branch, 0 or 1/(1 − rate). */
  readonly scales: number;
  /** May be `x` or `branch`. */
  readonly y: number;
  readonly samples: number;
  /** Numbers a sample. */
  readonly n: number;
}

/** y = x + branch·scale[sample]: [samples, n], [samples, n] → [samples, n]. */
export function scaledResidual(kernels: Kernels, job: ScaledResidual): void {
  const { x = 0, branch, scales, y, samples, n } = job;
  const unitsPerSample = Math.ceil(n / UNIT);
  const fields = [x, branch, scales, y, n, unitsPerSample];
  kernels.run({ op: ops.scaledResidual, units: samples * unitsPerSample, fields });
}
