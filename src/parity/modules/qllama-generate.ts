/** Module `qllama.generate`: pixels and prompts to the tokens that QLLaMA writes. */
import type * as tf from '@tensorflow/tfjs-core';

import { imageDecoder } from '../../generative/model-decoder.js';
import { disposeTree } from '../../nn/tree.js';
import { readQLlama } from '../../qllama/weights.js';
import { internVit } from '../../vision/internvit.js';
import { readInternVit } from '../../vision/weights.js';
import { withModel } from '../model.js';
import type { ModuleRunner } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';
import { generationParams, runGeneration } from './generation.js';

export const qllamaGenerateRunner: ModuleRunner = {
  params: generationParams,
  run: (parityCase, options) =>
    withModel(parityCase, options, async (scope, config) => {
      const vision = await readInternVit(scope.at('vision_model'), config.vision, 'stream');
      const qllama = await readQLlama(scope, config.qllama, 'stream');
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const ids = idsOf(await parityCase.input('prompt_ids')); // padding has id 0, as `attention_mask` says
      const image: tf.Tensor = await internVit(config.vision, vision, pixels, { signal: options.signal });
      try {
        return await runGeneration(parityCase, imageDecoder(config.qllama, qllama, { image, ids }), options);
      } finally {
        disposeTree([pixels, ids, image, vision, qllama]);
      }
    }),
};
