/** Module `loss.retrieval`: the losses of retrieval fine-tuning and the gradient of their sum by every parameter. */
import { type RetrievalSample, retrievalLosses, retrievalOutputs } from '../../train/retrieval-loss.js';
import { generativeLossRunner } from './generative-loss.js';
import { textsOf, zipped } from './loss-samples.js';

export const lossRetrievalRunner = generativeLossRunner<RetrievalSample>({
  params: [],
  samplesOf: async (parityCase) =>
    zipped<RetrievalSample>({
      positive: await textsOf(parityCase, 'positive_'),
      negative: await textsOf(parityCase, 'negative_'),
      summarize: await textsOf(parityCase, 'summarize_'),
      imageId: Array.from((await parityCase.input('image_ids')).data),
    }),
  lossesOf: (config, trainable, image, samples) =>
    retrievalLosses(trainable.model, retrievalOutputs(config, trainable, image, samples), samples),
});
