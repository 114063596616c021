/** One AdamW step over a range of parameters, to the bit what `src/train/adamw.ts` does. */
import type { Field, Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Numbers a unit takes; `COUNT` of `assembly/adamw.ts`. */
const UNIT = 4096;

interface AdamW {
  /** Addresses of `count` float32 each. */
  readonly parameter: number;
  readonly gradient: number;
  readonly first: number;
  readonly second: number;
  readonly count: number;
  readonly learningRate: number;
  /** 0 for parameters that do not decay. */
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  /** 1e-8 when left out. */
  readonly eps?: number;
  /** The number of this step of these parameters; the first is 1. */
  readonly step: number;
  /** `clipCoefficient` of the gradients' joint norm; 1 when left out. The gradients themselves stay. */
  readonly clip?: number;
}

/**
 * In place, with g = float32(gradient·clip), η = learningRate, λ = weightDecay, t = step:
 * m ← m + (1 − β₁)(g − m);  v ← β₂·v + (1 − β₂)·g²;
 * p ← p·(1 − η·λ) − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
 *
 * Source: Loshchilov & Hutter 2019, in PyTorch's order of operations.
 */
export function adamW(kernels: Kernels, job: AdamW): void {
  const { learningRate, weightDecay, betas, eps = 1e-8, step, clip = 1 } = job;
  const [beta1, beta2] = betas;
  const kept = 1 - learningRate * weightDecay;
  const stepSize = learningRate / (1 - beta1 ** step);
  const secondScale = 1 / Math.sqrt(1 - beta2 ** step);
  const numbers = [clip, 1 - beta1, beta2, 1 - beta2, kept, stepSize, secondScale, eps];
  const { parameter, gradient, first, second, count } = job;
  const fields: Field[] = [...float64Fields(numbers), parameter, gradient, first, second, count];
  kernels.run({ op: ops.adamW, units: Math.ceil(count / UNIT), fields });
}

/** A float64 takes two fields, the low word first. */
function float64Fields(values: readonly number[]): number[] {
  return [...new Uint32Array(Float64Array.from(values).buffer)];
}
