/** What the modules `loss.stage2` and `loss.retrieval` share: a batch through InternVL-G, its losses, all gradients. */
import type * as tf from '@tensorflow/tfjs-core';

import type { InternVLConfig } from '../../contrastive/config.js';
import { disposeTree } from '../../nn/tree.js';
import { imageStates } from '../../train/contrastive-forward.js';
import { type TrainableInternVLG, trainableInternVLG } from '../../train/trainable.js';
import { withWeights } from '../model.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { pixelsOf } from '../tensors.js';
import { storeLossAndGradients } from './loss-gradients.js';

/** By the names of the official code's tasks: matching, contrast, generation. */
interface Losses {
  readonly matching: tf.Scalar;
  readonly contrastive: tf.Scalar;
  readonly generation?: tf.Scalar;
  readonly total: tf.Scalar;
}

export interface GenerativeLoss<Sample> {
  /** Keys of `params` beside `world_size` and `gradient_norm_names`. */
  readonly params: readonly string[];
  readonly samplesOf: (parityCase: ParityCase) => Promise<Sample[]>;
  readonly lossesOf: (
    config: InternVLConfig,
    trainable: TrainableInternVLG,
    image: tf.Tensor,
    samples: readonly Sample[],
  ) => Losses;
}

export function generativeLossRunner<Sample>(loss: GenerativeLoss<Sample>): ModuleRunner {
  return {
    params: ['world_size', 'gradient_norm_names', ...loss.params],
    run: (parityCase, options) =>
      withWeights(parityCase, options, async (source, config) => {
        const trainable = await trainableInternVLG(source, config);
        const pixels = pixelsOf(await parityCase.input('pixel_values'));
        const samples = await loss.samplesOf(parityCase);
        const outputs = new Outputs(parityCase);
        await storeLossAndGradients(parityCase, outputs, trainable.parameters, () => {
          const image: tf.Tensor = imageStates(config, trainable, pixels);
          const { matching, contrastive, generation, total } = loss.lossesOf(
            config,
            trainable,
            image,
            samples,
          );
          outputs.set('loss_itm', matching);
          outputs.set('loss_itc', contrastive);
          if (generation) outputs.set('loss_itg', generation);
          return total;
        });
        disposeTree([pixels, trainable.model]);
        return outputs;
      }),
  };
}
