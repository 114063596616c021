/** Module `loss.stage2`: the three losses of a batch and the gradient of their sum by every parameter. */
import { disposeTree } from '../../nn/tree.js';
import type { TrainingSample } from '../../text/training-sample.js';
import { imageStates } from '../../train/contrastive-forward.js';
import { stage2Losses, stage2Outputs } from '../../train/stage-2-loss.js';
import { trainableInternVLG } from '../../train/trainable.js';
import { withWeights } from '../model.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { pixelsOf } from '../tensors.js';
import { storeLossAndGradients } from './loss-gradients.js';
import { rowsOf, textsOf, zipped } from './loss-samples.js';

export const lossStage2Runner: ModuleRunner = {
  params: ['world_size', 'gradient_norm_names', 'itm_rows'],
  run: (parityCase, options) =>
    withWeights(parityCase, options, async (source, config) => {
      const trainable = await trainableInternVLG(source, config);
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const samples = await samplesOf(parityCase);
      const outputs = new Outputs(parityCase);
      storeLossAndGradients(parityCase, outputs, trainable.parameters, () => {
        const image = imageStates(config, trainable, pixels);
        const seen = stage2Outputs(config, trainable, image, samples);
        const losses = stage2Losses(config, trainable, seen, samples);
        outputs.set('loss_itm', losses.matching);
        outputs.set('loss_itc', losses.contrastive);
        outputs.set('loss_itg', losses.generation);
        return losses.total;
      });
      disposeTree([pixels, trainable.model]);
      return outputs;
    }),
};

async function samplesOf(parityCase: ParityCase): Promise<TrainingSample[]> {
  return zipped<TrainingSample>({
    positive: await textsOf(parityCase, 'positive_'),
    negative: await textsOf(parityCase, 'negative_'),
    summarize: await textsOf(parityCase, 'summarize_'),
    generate: await textsOf(parityCase, ''),
    labels: rowsOf(await parityCase.input('labels')),
  });
}
