/**
 * Stage 2: the queries learn to read images, from matching, contrast and generation.
 *
 * Paper: §3.3 and table 13.   Official code: `forward` of `internvl_stage2`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attentionPool } from '../contrastive/attention-pool.js';
import type { Tensor } from '../nn/tensor.js';
import type { Stage2Config } from './config.js';
import { imageStates } from './contrastive-forward.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { gathered, temperatureOf } from './gather.js';
import { isQueryParameter, stage2Groups } from './parameter-groups.js';
import type { RankGroup } from './rank-group.js';
import type { Stage, StepLosses } from './stage.js';
import { type Stage2Batch, stage2Batch } from './stage-2-batch.js';
import { stage2Losses, stage2Outputs } from './stage-2-loss.js';
import { type Parameter, type TrainableInternVLG, trainableInternVLG } from './trainable.js';

/** InternViT is frozen; the language layers are, too, as in the paper, unless the config says otherwise. */
export function stage2(config: Stage2Config): Stage {
  const { learningRate, languageLearningRate } = config;
  return {
    peakLearningRate: learningRate,
    groups: (parameters) => stage2Groups(parameters, languageLearningRate / learningRate),
    exchange: () => ({ gathered: 3, memory: [] }),
    async open(source) {
      const trainable = await trainableInternVLG(source, config.model);
      const { parameters } = trainable;
      return {
        parameters,
        learned: learnedIn(config, parameters),
        losses: (group, data, step) =>
          rankLosses(config, trainable, group, stage2Batch(config, data, step, group.rank)),
      };
    },
  };
}

/** Sets of gathered embeddings: pooled queries, texts, and InternViT's own. */
const IMAGES = 0;
const TEXTS = 1;
const BACKBONE = 2;

/** The language layers, and the heads that must go along when these move. */
const languageParts = /^(qllama|text_projection|clip_projector)/;

function learnedIn(
  { languageLearningRate }: Stage2Config,
  parameters: ReadonlyMap<string, Parameter>,
): ReadonlyMap<string, Parameter> {
  const learns = (name: string) =>
    isQueryParameter(name) || (languageLearningRate > 0 && languageParts.test(name));
  return new Map([...parameters].filter(([name]) => learns(name)));
}

/** Contrast is that of the whole batch; matching and generation are means over this rank's share. */
function rankLosses(
  config: Stage2Config,
  trainable: TrainableInternVLG,
  group: RankGroup,
  { side, pixels, samples }: Stage2Batch,
): StepLosses {
  const { model } = trainable;
  const shape = [samples.length, side, side, config.model.vision.numChannels] as const;
  const tokens = imageStates(config.model, trainable, tf.tensor4d(pixels, [...shape]));
  const outputs = stage2Outputs(config.model, trainable, tokens, samples);
  const images = gathered(group, IMAGES, outputs.images);
  const texts = gathered(group, TEXTS, outputs.texts);
  const scale = temperatureOf(group, model.logitScale);
  const own = stage2Losses(config.model, trainable, outputs, samples);
  const local = (loss: tf.Scalar) => tf.div(loss, group.ranks) as tf.Scalar;
  const contrastive = contrastiveLoss(images, texts, scale);
  const backbone = config.languageLearningRate > 0 ? backboneLoss() : tf.scalar(0);
  const { matching, generation } = own;
  const total = tf.addN([local(matching), local(generation), contrastive, backbone]) as tf.Scalar; // of scalars
  return { total, matching, contrastive, generation, backbone };

  /** InternVL-C's own contrast, which the text would leave behind. */
  function backboneLoss(): tf.Scalar {
    const pooled: Tensor<'B E'> = attentionPool(
      model.clipProjector,
      tokens as tf.Tensor,
      config.model.attnPoolNumHeads,
    );
    return contrastiveLoss(gathered(group, BACKBONE, pooled), texts, scale);
  }
}
