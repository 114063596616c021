/** InternViT's tokens in stage 2, where it is frozen: what it makes of a picture is computed once. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tensor } from '../nn/tensor.js';
import type { Stage2Config } from './config.js';
import { imageStates } from './contrastive-forward.js';
import { pictureStep, stage2Pixels } from './stage-2-batch.js';
import type { TrainableInternVLG } from './trainable.js';
import type { TrainingData } from './training-data.js';

/** Tokens of the pictures that a rank shows in a step: [B/ranks, N, C], constants of the loss. */
export type FrozenStates = (data: TrainingData, step: number, rank: number) => Tensor<'B N C'>;

interface Kept {
  readonly values: Float32Array;
  readonly shape: [B: number, N: number, C: number];
}

/** Keeps the tokens of `keptSteps` steps until their last round, as plain numbers; a resumed run computes them anew. */
export function frozenStates(config: Stage2Config, trainable: TrainableInternVLG): FrozenStates {
  const kept = new Map<number, Kept>();
  const { imageSize: side, numChannels } = config.model.vision;
  const computed = (data: TrainingData, step: number, rank: number): Kept => {
    const pixels = stage2Pixels(config, data, { step, rank });
    const shape = [config.batchSize / config.ranks, side, side, numChannels] as const;
    const states = tf.tidy(() => imageStates(config.model, trainable, tf.tensor4d(pixels, [...shape])));
    const result = { values: states.dataSync() as Float32Array, shape: states.shape as Kept['shape'] };
    states.dispose();
    return result;
  };
  return (data, step, rank) => {
    const shown = pictureStep(config, step);
    const states = kept.get(shown) ?? computed(data, step, rank);
    if (config.pictureRounds > 1) kept.set(shown, states);
    for (const before of kept.keys()) if (before <= shown - config.keptSteps) kept.delete(before);
    return tf.tensor3d(states.values, states.shape);
  };
}
