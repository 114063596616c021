/**
 * Stage 2: the queries learn to read images, from matching, contrast and generation.
 *
 * Paper: §3.3 and table 13.   Official code: `forward` of `internvl_stage2`.
 */
import * as tf from '@tensorflow/tfjs-core';

import { attentionPool } from '../contrastive/attention-pool.js';
import type { Tensor } from '../nn/tensor.js';
import { type Memory, memorySizes, remember } from './concept-memory.js';
import type { Stage2Config } from './config.js';
import { contrastiveLoss } from './contrastive-loss.js';
import { type FrozenStates, frozenStates } from './frozen-states.js';
import { gathered, temperatureOf } from './gather.js';
import { isQueryParameter, stage2Groups } from './parameter-groups.js';
import type { RankGroup } from './rank-group.js';
import { furtherContrast, rememberedContrast, type Work } from './remembered-contrast.js';
import type { Stage, StepLosses } from './stage.js';
import { stage2Batch, stage2Subjects } from './stage-2-batch.js';
import { stage2Losses, stage2Outputs } from './stage-2-loss.js';
import { type Parameter, type TrainableInternVLG, trainableInternVLG } from './trainable.js';

/** InternViT is frozen; the language layers are, too, as in the paper, unless the config says otherwise. */
export function stage2(config: Stage2Config): Stage {
  const { learningRate, languageLearningRate, model } = config;
  return {
    peakLearningRate: learningRate,
    groups: (parameters) => stage2Groups(parameters, languageLearningRate / learningRate),
    exchange: (concepts) => {
      const memory = languageLearningRate > 0 ? memorySizes(concepts, model.clipEmbedDim) : [];
      return { gathered: 3, memory: [...memory, ...memory] };
    },
    async open(source) {
      const trainable = await trainableInternVLG(source, model);
      const { parameters } = trainable;
      const states = frozenStates(config, trainable);
      return {
        parameters,
        learned: learnedIn(config, parameters),
        losses: (group, data, step) => rankLosses(config, trainable, group, { data, step, states }),
        ...(languageLearningRate > 0
          ? { remember: (group, data, step) => rememberBoth(config, group, { data, step }) }
          : {}),
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

/** What InternVL-C and InternVL-G remember, each for itself. */
const memoriesOf = ({ memory }: RankGroup): { backbone: Memory; queries: Memory } => ({
  backbone: { memory: memory.slice(0, 3) },
  queries: { memory: memory.slice(3) },
});

function rememberBoth(config: Stage2Config, group: RankGroup, { data, step }: Work): void {
  const subjects = stage2Subjects(config, data, step);
  const { backbone, queries } = memoriesOf(group);
  const texts = group.gathered(TEXTS);
  remember(backbone, subjects, data.places, { images: group.gathered(BACKBONE), texts });
  remember(queries, subjects, data.places, { images: group.gathered(IMAGES), texts });
}

/** Contrast is that of the whole batch; matching and generation are means over this rank's share. */
function rankLosses(
  config: Stage2Config,
  trainable: TrainableInternVLG,
  group: RankGroup,
  { data, step, states }: Work & { readonly states: FrozenStates },
): StepLosses {
  const { model } = trainable;
  const { subjects, samples } = stage2Batch(config, data, { step, rank: group.rank });
  const tokens = states(data, step, group.rank);
  const outputs = stage2Outputs(config.model, trainable, tokens, samples);
  const images = gathered(group, IMAGES, outputs.images);
  const texts = gathered(group, TEXTS, outputs.texts);
  const scale = temperatureOf(group, model.logitScale);
  const own = stage2Losses(config.model, trainable, outputs, samples);
  const local = (loss: tf.Scalar) => tf.div(loss, group.ranks) as tf.Scalar;
  const { matching, generation } = own;
  const paper = { matching, contrastive: contrastiveLoss(images, texts, scale), generation };
  const along = config.languageLearningRate > 0 ? backboneLosses() : {};
  const parts = [local(matching), paper.contrastive, local(generation), ...Object.values(along)];
  return { ...paper, ...along, total: tf.addN(parts) as tf.Scalar }; // of scalars

  /** InternVL-C's own contrast, which the text would leave behind, and that of both with what they remember. */
  function backboneLosses(): Readonly<Record<string, tf.Scalar>> {
    const shown = { texts, scale, subjects };
    const pool = attentionPool(model.clipProjector, tokens as tf.Tensor, config.model.attnPoolNumHeads);
    const pooled: Tensor<'B E'> = gathered(group, BACKBONE, pool);
    const { backbone, queries } = memoriesOf(group);
    const both = step >= config.memoryFrom * config.steps;
    const remembered = [
      rememberedContrast(backbone, { ...shown, images: pooled }, data.places),
      ...(both ? [rememberedContrast(queries, { ...shown, images }, data.places)] : []),
    ];
    const memories = both ? [backbone, queries] : [backbone];
    return {
      backbone: contrastiveLoss(pooled, texts, scale),
      memory: tf.addN(remembered) as tf.Scalar,
      further: furtherContrast(config, trainable, group, { data, step }, memories),
    };
  }
}
