/**
 * AdamW: Adam with decoupled weight decay, in PyTorch's order of operations.
 *
 * Source: Loshchilov & Hutter 2019.   Paper: table 13 (β = (0.9, 0.95) in stage 1, (0.9, 0.98) in stage 2).
 * It works on plain arrays, so that its state is saved and read back exactly.
 */
import { type Changeable, type ParameterGroups, plannedUpdates, type Update } from './parameter-groups.js';

/** The state of one parameter. */
export interface Moments {
  /** Steps this parameter has taken. */
  step: number;
  readonly first: Float32Array; //  exp_avg
  readonly second: Float32Array; // exp_avg_sq
}

/** State by parameter name; grows with the first step of each parameter. */
export type AdamWState = Map<string, Moments>;

export interface AdamWSettings {
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  /** 1e-8 when left out. */
  readonly eps?: number;
}

export const createAdamW = (): AdamWState => new Map();

/**
 * One step, in place, for every parameter that has a gradient (the others keep value and state):
 * p ← p·(1 − η·λ);  m ← m + (1 − β₁)(g − m);  v ← β₂·v + (1 − β₂)·g²;
 * p ← p − η/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε),
 * with η = learningRate·lrScale of the parameter's group and λ = weightDecay where the group decays, else 0.
 *
 * @throws Error when a gradient lacks parameter or group, RangeError when sizes differ. Nothing changes then.
 */
export function stepAdamW(
  state: AdamWState,
  parameters: ReadonlyMap<string, Changeable>,
  gradients: ReadonlyMap<string, Float32Array>,
  groups: ParameterGroups,
  settings: AdamWSettings,
): void {
  for (const planned of plannedUpdates(parameters, gradients, groups, settings)) {
    update(momentsOf(state, planned), planned, settings);
  }
}

function momentsOf(state: AdamWState, { name, parameter }: Update): Moments {
  const known = state.get(name);
  if (known !== undefined) return known;
  const size = parameter.length;
  const fresh = { step: 0, first: new Float32Array(size), second: new Float32Array(size) };
  state.set(name, fresh);
  return fresh;
}

/** One pass over one parameter: arithmetic in float64, stored in float32 where PyTorch stores it. */
function update(moments: Moments, planned: Update, { betas, eps = 1e-8 }: AdamWSettings): void {
  const { first, second } = moments;
  const { parameter, gradient, learningRate, weightDecay } = planned;
  const [beta1, beta2] = betas;
  moments.step += 1;
  const kept = 1 - learningRate * weightDecay;
  const stepSize = learningRate / (1 - beta1 ** moments.step);
  const secondScale = 1 / Math.sqrt(1 - beta2 ** moments.step);
  for (let i = 0; i < parameter.length; i++) {
    const g = gradient[i] ?? 0;
    const m = (first[i] ?? 0) + (1 - beta1) * (g - (first[i] ?? 0));
    const v = beta2 * (second[i] ?? 0) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    parameter[i] = (parameter[i] ?? 0) * kept - (stepSize * m) / (Math.sqrt(v) * secondScale + eps);
  }
}
