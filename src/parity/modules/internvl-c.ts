/** Module `internvl-c`: pixels and ids to embeddings, logits and probabilities. */
import * as tf from '@tensorflow/tfjs-core';

import { encodeImage, encodeText } from '../../contrastive/internvl-c.js';
import { similarity } from '../../contrastive/similarity.js';
import { disposeInternVLC, readInternVLC } from '../../contrastive/weights.js';
import { l2Normalize } from '../../nn/l2-normalize.js';
import { disposeTree } from '../../nn/tree.js';
import { withModel } from '../model.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';

export const internVLCRunner: ModuleRunner = {
  params: ['mode'],
  run: (parityCase, options) =>
    withModel(parityCase, options, async (scope, config) => {
      const { mode = 'InternVL-C' } = parityCase.manifest.params;
      if (mode !== 'InternVL-C') throw new Error(`params.mode: expected InternVL-C, got ${String(mode)}`);
      const outputs = new Outputs(parityCase, options);
      const model = await readInternVLC(scope, config, { memory: 'stream' });
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const ids = idsOf(await parityCase.input('input_ids'));
      const { signal } = options;
      const images = await encodeImage(config, model, pixels, { signal });
      const texts: tf.Tensor = await encodeText(config, model, ids, { signal });
      const logits = similarity(model.logitScale, images, texts); // [B, K]
      outputs.set('image_embeds', images);
      outputs.set('text_embeds', texts);
      outputs.make('image_embeds.normalized', () => l2Normalize(images));
      outputs.make('text_embeds.normalized', () => l2Normalize(texts));
      outputs.set('logits_per_image', logits);
      outputs.make('logits_per_text', () => tf.transpose(logits));
      outputs.make('probabilities', () => tf.softmax(logits));
      disposeTree([pixels, ids, images, texts, logits]);
      disposeInternVLC(model);
      return outputs;
    }),
};
