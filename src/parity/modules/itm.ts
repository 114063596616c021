/** Module `itm`: pixels and the ids of captions to the states of the queries, logits and probability. */
import type * as tf from '@tensorflow/tfjs-core';

import { matchLogits, matchProbability } from '../../generative/matching-head.js';
import { disposeTree } from '../../nn/tree.js';
import { matchingStates } from '../../qllama/query-tower.js';
import { readQLlama } from '../../qllama/weights.js';
import { internVit } from '../../vision/internvit.js';
import { readInternVit } from '../../vision/weights.js';
import { withModel } from '../model.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';

export const itmRunner: ModuleRunner = {
  params: [],
  run: (parityCase, options) =>
    withModel(parityCase, options, async (scope, config) => {
      const outputs = new Outputs(parityCase, options);
      const { signal } = options;
      const vision = await readInternVit(scope.at('vision_model'), config.vision, 'stream');
      const { queries, text } = await readQLlama(scope, config.qllama, 'stream');
      const head = await scope.linear('itm_head', config.qllama.hiddenSize, 2);
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const ids = idsOf(await parityCase.input('input_ids'));
      const image: tf.Tensor = await internVit(config.vision, vision, pixels, { signal });
      const reader = { ...queries, tokens: text.tokens };
      const states = await matchingStates(config.qllama, reader, { image, ids }, { signal });
      outputs.set('query_outputs', states);
      outputs.make('logits', () => matchLogits(head, states));
      outputs.make('match_probability', () => matchProbability(matchLogits(head, states)));
      disposeTree([pixels, ids, image, states, vision, queries, text, head]);
      return outputs;
    }),
};
