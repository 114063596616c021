/** What one rank does in a step: the forward of its share, and its gradient left in shared memory. */
import * as tf from '@tensorflow/tfjs-core';

import { onOneThread } from '../simd/workplace.js';
import type { RankGroup } from './rank-group.js';
import type { StageModel, StepLosses } from './stage.js';
import type { Parameter } from './trainable.js';

/** `total`, and the parts of the loss that the stage tells of. */
export type LossValues = { readonly total: number } & Readonly<Record<string, number>>;

/** Runs forward and backward; returns the losses and leaves the gradient in `group.gradientOf(group.rank)`. */
export function rankStep(
  { learned }: Pick<StageModel, 'learned'>,
  group: RankGroup,
  losses: () => StepLosses,
): LossValues {
  const variables = [...learned.values()].map(({ variable }) => variable);
  const kept: [string, tf.Scalar][] = [];
  const total = (): tf.Scalar => {
    const all = losses();
    for (const [name, loss] of Object.entries(all)) kept.push([name, tf.keep(tf.clone(loss))]);
    return all.total;
  };
  const forwardAndBackward = () => tf.variableGrads(total, variables);
  // With several ranks each has a processor of its own.
  const { value, grads } = group.ranks > 1 ? onOneThread(forwardAndBackward) : forwardAndBackward();
  const gradient = group.gradientOf(group.rank).fill(0);
  let offset = 0;
  for (const variable of variables) {
    const grad = grads[variable.name];
    if (grad) gradient.set(grad.dataSync(), offset); // absent: the parameter took no part
    offset += variable.size;
  }
  const values = kept.map(([name, loss]) => [name, loss.dataSync()[0] ?? Number.NaN] as const);
  tf.dispose([value, ...Object.values(grads), ...kept.map(([, loss]) => loss)]);
  return Object.fromEntries(values) as LossValues; // `total` is among them
}

/** Loads the shared values into this rank's variables. */
export function loadParameters(learned: ReadonlyMap<string, Parameter>, parameters: Float32Array): void {
  let offset = 0;
  for (const { variable } of learned.values()) {
    const values = parameters.slice(offset, offset + variable.size); // tfjs takes no shared memory
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    offset += variable.size;
  }
}
