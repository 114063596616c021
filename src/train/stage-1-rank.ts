/** What one rank does in a step: embed its share, see all embeddings, leave its gradient in shared memory. */
import * as tf from '@tensorflow/tfjs-core';

import { createRandom } from '../emojiworld/random.js';
import { addResidual, dropPathResidual } from '../nn/residual.js';
import type { Tensor } from '../nn/tensor.js';
import { onOneThread } from '../simd/workplace.js';
import type { Stage1Config } from './config.js';
import { type ImageForward, imageEmbeddings, textEmbeddings } from './contrastive-forward.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { dropTokens } from './drop-tokens.js';
import type { RankGroup } from './rank-group.js';
import type { Stage1Batch } from './stage-1-batch.js';
import type { TrainableInternVLC } from './trainable.js';

/** Runs forward and backward of this rank's share; returns the loss of the whole batch. */
export function rankStep(
  config: Stage1Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  batch: Stage1Batch,
  step: number,
): number {
  const variables = [...trainable.parameters.values()].map(({ variable }) => variable);
  const loss = () => batchLoss(config, trainable, group, { batch, step });
  const forwardAndBackward = () => tf.variableGrads(loss, variables);
  // With several ranks each has a processor of its own.
  const { value, grads } = group.ranks > 1 ? onOneThread(forwardAndBackward) : forwardAndBackward();
  const gradient = group.gradientOf(group.rank).fill(0);
  let offset = 0;
  for (const variable of variables) {
    const grad = grads[variable.name];
    if (grad) gradient.set(grad.dataSync(), offset); // absent: the parameter took no part
    offset += variable.size;
  }
  const [lossValue = Number.NaN] = value.dataSync();
  tf.dispose([value, ...Object.values(grads)]);
  return lossValue;
}

/** Loads the shared parameters into this rank's variables. */
export function loadParameters(trainable: TrainableInternVLC, parameters: Float32Array): void {
  let offset = 0;
  for (const { variable } of trainable.parameters.values()) {
    const values = parameters.slice(offset, offset + variable.size); // tfjs takes no shared memory
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
    offset += variable.size;
  }
}

interface Work {
  readonly batch: Stage1Batch;
  readonly step: number;
}

function batchLoss(
  config: Stage1Config,
  trainable: TrainableInternVLC,
  group: RankGroup,
  { batch, step }: Work,
): tf.Scalar {
  const side = config.model.vision.imageSize;
  const pixels = tf.tensor4d(batch.pixels, [batch.size, side, side, config.model.vision.numChannels]);
  const ids = tf.tensor2d(batch.ids, [batch.size, batch.length], 'int32');
  const forward = imageForwardAt(config, step, group.rank);
  const images = gathered(group, 'images', imageEmbeddings(config.model, trainable, pixels, forward));
  const texts = gathered(group, 'texts', textEmbeddings(config.model, trainable, ids));
  return contrastiveLoss(images, texts, temperatureOf(group, trainable));
}

/**
 * This rank's rows stay differentiable, those of the others are constants: the ranks' gradients add up to the
 * whole.
 */
function gathered(group: RankGroup, what: 'images' | 'texts', local: Tensor<'B E'>): Tensor<'B E'> {
  if (group.ranks === 1) return local;
  const [rows = 0, E = 0] = local.shape;
  const all = group.gather(what, local.dataSync()); // inside the forward: the others wait for these rows
  const before = tf.tensor2d(all.slice(0, group.rank * rows * E), [group.rank * rows, E]);
  const after = tf.tensor2d(all.slice((group.rank + 1) * rows * E), [
    (group.ranks - group.rank - 1) * rows,
    E,
  ]);
  return tf.concat(
    [before, local, after].filter((part) => part.size > 0),
    0,
  );
}

/**
 * Each rank computes the loss of the whole batch, so only one of them may count the temperature's gradient.
 */
function temperatureOf(group: RankGroup, { model }: TrainableInternVLC): Tensor<''> {
  return group.rank === 0 ? model.logitScale : tf.scalar(model.logitScale.dataSync()[0] ?? 0);
}

/** Token dropping for the first part of the run, stochastic depth at a uniform rate (paper: 0.2). */
function imageForwardAt(config: Stage1Config, step: number, rank: number): ImageForward {
  const random = createRandom(config.seed, `forward ${step} rank ${rank}`);
  const drops = config.dropTokens > 0 && step < config.fullTokensFrom * config.steps;
  const residual = config.dropPathRate > 0 ? dropPathResidual(config.dropPathRate, random.next) : addResidual;
  return {
    residual: () => residual,
    ...(drops ? { dropTokens: (tokens) => dropTokens(tokens, config.dropTokens, random) } : {}),
  };
}
