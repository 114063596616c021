/** Module `loss.retrieval`: the losses of retrieval fine-tuning and the gradient of their sum by every parameter. */
import { disposeTree } from '../../nn/tree.js';
import { imageStates } from '../../train/contrastive-forward.js';
import { type RetrievalSample, retrievalLosses, retrievalOutputs } from '../../train/retrieval-loss.js';
import { trainableInternVLG } from '../../train/trainable.js';
import { withWeights } from '../model.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { pixelsOf } from '../tensors.js';
import { storeLossAndGradients } from './loss-gradients.js';
import { textsOf, zipped } from './loss-samples.js';

export const lossRetrievalRunner: ModuleRunner = {
  params: ['world_size', 'gradient_norm_names'],
  run: (parityCase, options) =>
    withWeights(parityCase, options, async (source, config) => {
      const trainable = await trainableInternVLG(source, config);
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const samples = await samplesOf(parityCase);
      const outputs = new Outputs(parityCase);
      storeLossAndGradients(parityCase, outputs, trainable.parameters, () => {
        const image = imageStates(config, trainable, pixels);
        const seen = retrievalOutputs(config, trainable, image, samples);
        const losses = retrievalLosses(trainable.model, seen, samples);
        outputs.set('loss_itm', losses.matching);
        outputs.set('loss_itc', losses.contrastive);
        return losses.total;
      });
      disposeTree([pixels, trainable.model]);
      return outputs;
    }),
};

async function samplesOf(parityCase: ParityCase): Promise<RetrievalSample[]> {
  return zipped<RetrievalSample>({
    positive: await textsOf(parityCase, 'positive_'),
    negative: await textsOf(parityCase, 'negative_'),
    summarize: await textsOf(parityCase, 'summarize_'),
    imageId: Array.from((await parityCase.input('image_ids')).data),
  });
}
