/** Module `loss.stage2`: the three losses of a batch and the gradient of their sum by every parameter. */
import type { TrainingSample } from '../../text/training-sample.js';
import { stage2Losses, stage2Outputs } from '../../train/stage-2-loss.js';
import { generativeLossRunner } from './generative-loss.js';
import { rowsOf, textsOf, zipped } from './loss-samples.js';

export const lossStage2Runner = generativeLossRunner<TrainingSample>({
  params: ['itm_rows'],
  samplesOf: async (parityCase) =>
    zipped<TrainingSample>({
      positive: await textsOf(parityCase, 'positive_'),
      negative: await textsOf(parityCase, 'negative_'),
      summarize: await textsOf(parityCase, 'summarize_'),
      generate: await textsOf(parityCase, ''),
      labels: rowsOf(await parityCase.input('labels')),
    }),
  lossesOf: (config, trainable, image, samples) =>
    stage2Losses(config, trainable, stage2Outputs(config, trainable, image, samples), samples),
});
