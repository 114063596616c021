/**
 * Stage 1: contrastive training of both towers.
 *
 * Paper: §3.3 and table 13.   There is no official code of this stage; the loss is that of
 * `InternVLModel.forward`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { createRandom } from '../emojiworld/random.js';
import { addResidual, dropPathResidual } from '../nn/residual.js';
import { memorySizes, remember } from './concept-memory.js';
import type { Stage1Config } from './config.js';
import { type ImageForward, imageEmbeddings } from './contrastive-forward.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { dropTokens } from './drop-tokens.js';
import { gathered, temperatureOf } from './gather.js';
import { stage1Groups } from './parameter-groups.js';
import type { RankGroup } from './rank-group.js';
import { furtherContrast, rememberedContrast, type Work } from './remembered-contrast.js';
import type { Stage, StepLosses } from './stage.js';
import { imagePhaseAt, stage1Batch } from './stage-1-batch.js';
import { groupEmbeddings } from './text-groups.js';
import { type TrainableInternVLC, trainableInternVLC } from './trainable.js';
import { batchSubjects } from './training-pair.js';

/** Everything of InternVL-C learns, the text side at its own rate. */
export function stage1(config: Stage1Config): Stage {
  const { imageLearningRate, textLearningRate, model } = config;
  return {
    peakLearningRate: imageLearningRate,
    groups: (parameters) => stage1Groups(parameters, textLearningRate / imageLearningRate),
    exchange: (concepts) => ({ gathered: 2, memory: memorySizes(concepts, model.clipEmbedDim) }),
    async open(source) {
      const trainable = await trainableInternVLC(source, model);
      const { parameters } = trainable;
      return {
        parameters,
        learned: parameters,
        losses: (group, data, step) => stage1Losses(config, trainable, group, { data, step }),
        remember: (group, { concepts, actors, places }, step) =>
          remember(group, batchSubjects(config, { concepts, actors }, step), places, {
            images: group.gathered(IMAGES),
            texts: group.gathered(TEXTS),
          }),
      };
    },
  };
}

/** Sets of gathered embeddings. */
const IMAGES = 0;
const TEXTS = 1;

/**
 * The contrastive loss of the whole batch, of which this rank embeds its share; that of the batch with the memory; and
 * that of this rank's further texts with the memory.
 */
function stage1Losses(
  config: Stage1Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  work: Work,
): StepLosses {
  const { data, step } = work;
  const { subjects, size, side, pixels, texts } = stage1Batch(config, data, step, group.rank);
  const input = tf.tensor4d(pixels, [size, side, side, config.model.vision.numChannels]);
  const forward = imageForwardAt(config, step, group.rank);
  const images = gathered(group, IMAGES, imageEmbeddings(config.model, trainable, input, forward));
  const names = gathered(group, TEXTS, groupEmbeddings(config.model, trainable, texts));
  const scale = temperatureOf(group, trainable.model.logitScale);
  const batch = contrastiveLoss(images, names, scale);
  if (step < config.memoryFrom * config.steps) return { total: batch, batch };

  const remembered = rememberedContrast(group, { images, texts: names, scale, subjects }, data.places);
  const further = furtherContrast(config, trainable, group, work);
  return { total: tf.addN([batch, remembered, further]), batch, memory: remembered, further };
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
