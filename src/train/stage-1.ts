/**
 * Stage 1: contrastive training of both towers.
 *
 * Paper: §3.3 and table 13.   There is no official code of this stage; the loss is that of
 * `InternVLModel.forward`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { createRandom } from '../emojiworld/random.js';
import { addResidual, dropPathResidual } from '../nn/residual.js';
import type { Stage1Config } from './config.js';
import { type ImageForward, imageEmbeddings, textEmbeddings } from './contrastive-forward.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { dropTokens } from './drop-tokens.js';
import { gathered, temperatureOf } from './gather.js';
import { stage1Groups } from './parameter-groups.js';
import type { RankGroup } from './rank-group.js';
import type { Stage, StepLosses } from './stage.js';
import { imagePhaseAt, type Stage1Batch, stage1Batch } from './stage-1-batch.js';
import { type TrainableInternVLC, trainableInternVLC } from './trainable.js';

/** Everything of InternVL-C learns, the text side at its own rate. */
export function stage1(config: Stage1Config): Stage {
  const { imageLearningRate, textLearningRate } = config;
  return {
    peakLearningRate: imageLearningRate,
    groups: (parameters) => stage1Groups(parameters, textLearningRate / imageLearningRate),
    async open(source) {
      const trainable = await trainableInternVLC(source, config.model);
      const { parameters } = trainable;
      return {
        parameters,
        learned: parameters,
        losses: (group, data, step) =>
          stage1Losses(config, trainable, group, {
            batch: stage1Batch(config, data, step, group.rank),
            step,
          }),
      };
    },
  };
}

interface Work {
  readonly batch: Stage1Batch;
  readonly step: number;
}

/** The contrastive loss of the whole batch, of which this rank embeds its share. */
export function stage1Losses(
  config: Stage1Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  { batch, step }: Work,
): StepLosses {
  const { size, side } = batch;
  const pixels = tf.tensor4d(batch.pixels, [size, side, side, config.model.vision.numChannels]);
  const ids = tf.tensor2d(batch.ids, [size, batch.length], 'int32');
  const forward = imageForwardAt(config, step, group.rank);
  const images = gathered(group, 'images', imageEmbeddings(config.model, trainable, pixels, forward));
  const texts = gathered(group, 'texts', textEmbeddings(config.model, trainable, ids));
  return { total: contrastiveLoss(images, texts, temperatureOf(group, trainable.model.logitScale)) };
}

/** Token dropping by phase, stochastic depth at a uniform rate (paper: 0.2). */
function imageForwardAt(config: Stage1Config, step: number, rank: number): ImageForward {
  const random = createRandom(config.seed, `forward ${step} rank ${rank}`);
  const share = imagePhaseAt(config, step).dropTokens;
  const residual = config.dropPathRate > 0 ? dropPathResidual(config.dropPathRate, random.next) : addResidual;
  return {
    residual: () => residual,
    ...(share > 0 ? { dropTokens: (tokens) => dropTokens(tokens, share, random) } : {}),
  };
}
