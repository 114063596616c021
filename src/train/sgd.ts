/**
 * Stochastic gradient descent with momentum, as the linear probe uses it (Nesterov, 0.9), in PyTorch's form.
 *
 * Source: Sutskever et al. 2013.   Official code: `torch.optim.SGD` in classification/optimizer.py.
 */
import { type Changeable, type ParameterGroups, plannedUpdates, type Update } from './parameter-groups.js';

/** The momentum buffer of each parameter; grows with its first step. */
export type SgdState = Map<string, Float32Array>;

export interface SgdSettings {
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
}

export const createSgd = (): SgdState => new Map();

/**
 * One step, in place, for every parameter that has a gradient: d = g + λ·p;  b ← μ·b + d (b = 0 at first);
 * p ← p − η·(d + μ·b) with Nesterov, p ← p − η·b without. η and λ by group as in `stepAdamW`.
 *
 * @throws Error when a gradient lacks parameter or group, RangeError when sizes differ. Nothing changes then.
 */
export function stepSgd(
  state: SgdState,
  parameters: ReadonlyMap<string, Changeable>,
  gradients: ReadonlyMap<string, Float32Array>,
  groups: ParameterGroups,
  settings: SgdSettings,
): void {
  for (const planned of plannedUpdates(parameters, gradients, groups, settings)) {
    const buffer = state.get(planned.name) ?? new Float32Array(planned.parameter.length);
    state.set(planned.name, buffer);
    update(buffer, planned, settings);
  }
}

function update(buffer: Float32Array, planned: Update, { momentum, nesterov }: SgdSettings): void {
  const { parameter, gradient, learningRate, weightDecay } = planned;
  for (let i = 0; i < parameter.length; i++) {
    const p = parameter[i] ?? 0;
    const d = (gradient[i] ?? 0) + weightDecay * p;
    const b = momentum * (buffer[i] ?? 0) + d;
    buffer[i] = b;
    parameter[i] = p - learningRate * (nesterov ? d + momentum * b : b);
  }
}
