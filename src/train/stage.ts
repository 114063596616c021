/** What tells the stages of training apart: who learns, at which rates, and from which losses. */
import type * as tf from '@tensorflow/tfjs-core';

import type { FloatSource } from '../checkpoint/float-source.js';
import type { TrainingConfig } from './config.js';
import type { NamedShape, ParameterGroups } from './parameter-groups.js';
import type { Exchange, RankGroup } from './rank-group.js';
import { stage1 } from './stage-1.js';
import { stage2 } from './stage-2.js';
import type { Parameter } from './trainable.js';
import type { TrainingData } from './training-data.js';

export interface Stage {
  /** The learning rate of a group with scale 1. */
  readonly peakLearningRate: number;
  groups(parameters: Iterable<NamedShape>): ParameterGroups;
  /** What the ranks share besides parameters and gradients. */
  exchange(concepts: number): Exchange;
  /** The model with its tensors as variables, read from `source`. */
  open(source: FloatSource): Promise<StageModel>;
}

export interface StageModel {
  /** Every parameter by official name. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Those that the optimiser moves; the others are frozen. */
  readonly learned: ReadonlyMap<string, Parameter>;
  /**
   * The forward of this rank's share of a step. The gradients of `total` add up over the ranks to that of the
   * whole batch; the other numbers are for the log.
   */
  losses(group: RankGroup, data: TrainingData, step: number): StepLosses;
  /** What rank 0 keeps in the shared memory, when all ranks have done the step. */
  remember?(group: RankGroup, data: TrainingData, step: number): void;
}

export type StepLosses = { readonly total: tf.Scalar } & Readonly<Record<string, tf.Scalar>>;

export function stageOf(config: TrainingConfig): Stage {
  return config.stage === 1 ? stage1(config) : stage2(config);
}
