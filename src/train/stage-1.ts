/**
 * Stage 1: contrastive training of both towers.
 *
 * Paper: §3.3 and table 13.   There is no official code of this stage; the loss is that of
 * `InternVLModel.forward`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { createRandom } from '../emojiworld/random.js';
import { addResidual, dropPathResidual } from '../nn/residual.js';
import type { Tensor } from '../nn/tensor.js';
import { conceptEmbeddings, memorySizes, remember, rememberedConcepts } from './concept-memory.js';
import type { Stage1Config } from './config.js';
import { type ImageForward, imageEmbeddings, textEmbeddings } from './contrastive-forward.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { dropTokens } from './drop-tokens.js';
import { gathered, temperatureOf } from './gather.js';
import { hasConcepts, memoryContrast } from './memory-contrast.js';
import { stage1Groups } from './parameter-groups.js';
import type { RankGroup } from './rank-group.js';
import type { Stage, StepLosses } from './stage.js';
import { batchSubjects, imagePhaseAt, stage1Batch } from './stage-1-batch.js';
import { type TrainableInternVLC, trainableInternVLC } from './trainable.js';
import type { TrainingData } from './training-data.js';

/** Everything of InternVL-C learns, the text side at its own rate. */
export function stage1(config: Stage1Config): Stage {
  const { imageLearningRate, textLearningRate, textsPerPicture, model } = config;
  return {
    peakLearningRate: imageLearningRate,
    groups: (parameters) => stage1Groups(parameters, textLearningRate / imageLearningRate),
    exchange: (concepts) => ({
      gathered: 1 + textsPerPicture,
      memory: memorySizes(concepts, model.clipEmbedDim),
    }),
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
            texts: group.gathered(FIRST_TEXTS),
          }),
      };
    },
  };
}

/** Sets of gathered embeddings: those of the images, of their plain texts, and of further texts behind these. */
const IMAGES = 0;
const FIRST_TEXTS = 1;

interface Work {
  readonly data: TrainingData;
  readonly step: number;
}

/**
 * The contrastive loss of the whole batch, of which this rank embeds its share, and that of the memory; the mean over
 * the texts of a picture.
 */
export function stage1Losses(
  config: Stage1Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  { data, step }: Work,
): StepLosses {
  const { size, side, pixels, texts } = stage1Batch(config, data, step, group.rank);
  const input = tf.tensor4d(pixels, [size, side, side, config.model.vision.numChannels]);
  const forward = imageForwardAt(config, step, group.rank);
  const images = gathered(group, IMAGES, imageEmbeddings(config.model, trainable, input, forward));
  const scale = temperatureOf(group, trainable.model.logitScale);
  const beyond = beyondTheBatch(config, group, { data, step });
  const losses = texts.map(({ ids, length }, i) => {
    const local = textEmbeddings(config.model, trainable, tf.tensor2d(ids, [size, length], 'int32'));
    const all = gathered(group, FIRST_TEXTS + i, local);
    return { batch: contrastiveLoss(images, all, scale), memory: beyond(images, all, scale) };
  });
  const mean = (terms: readonly tf.Scalar[]) => tf.div(tf.addN([...terms]), terms.length) as tf.Scalar;
  const batch = mean(losses.map((loss) => loss.batch));
  const memory = mean(losses.map((loss) => loss.memory));
  return { total: tf.add(batch, memory), batch, memory };
}

type Contrast = (images: Tensor<'B E'>, texts: Tensor<'B E'>, scale: Tensor<''>) => tf.Scalar;

/** The contrast with the memory, 0 as long as there is nothing to remember. */
function beyondTheBatch(config: Stage1Config, group: RankGroup, { data, step }: Work): Contrast {
  const subjects = batchSubjects(config, data, step);
  const concepts = rememberedConcepts(group, subjects, data.places);
  if (step < config.memoryFrom * config.steps || !hasConcepts(concepts)) return () => tf.scalar(0);
  const memory = conceptEmbeddings(group);
  return (images, texts, scale) => memoryContrast(images, texts, scale, memory, concepts);
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
