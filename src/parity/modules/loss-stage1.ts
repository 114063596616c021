/** Module `loss.stage1`: the contrastive loss of a batch and its gradient by every parameter. */
import type * as tf from '@tensorflow/tfjs-core';

import { similarity } from '../../contrastive/similarity.js';
import { disposeTree } from '../../nn/tree.js';
import { imageEmbeddings, textEmbeddings } from '../../train/contrastive-forward.js';
import { contrastiveLoss } from '../../train/contrastive-loss.js';
import { trainableInternVLC } from '../../train/trainable.js';
import { withWeights } from '../model.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';
import { storeLossAndGradients } from './loss-gradients.js';

export const lossStage1Runner: ModuleRunner = {
  params: ['world_size', 'gradient_norm_names'],
  run: (parityCase, options) =>
    withWeights(parityCase, options, async (source, config) => {
      const trainable = await trainableInternVLC(source, config);
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const ids = idsOf(await parityCase.input('input_ids'));
      const outputs = new Outputs(parityCase);
      const { logitScale } = trainable.model;
      await storeLossAndGradients(parityCase, outputs, trainable.parameters, () => {
        const images = imageEmbeddings(config, trainable, pixels);
        const texts: tf.Tensor = textEmbeddings(config, trainable, ids);
        outputs.make('logits_per_image', () => similarity(logitScale, images, texts));
        return contrastiveLoss(images, texts, logitScale);
      });
      disposeTree([pixels, ids, trainable.model]);
      return outputs;
    }),
};
