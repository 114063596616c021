/** Module `pos-embed-resize`: position tables interpolated to other grids. */
import * as tf from '@tensorflow/tfjs-core';
import * as v from 'valibot';

import { resizePositions } from '../../vision/position.js';
import { param } from '../params.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { tensorOf } from '../tensors.js';

const grid = v.tuple([v.number(), v.number()]); // height, width
const schema = v.array(v.object({ index: v.number(), from: grid, to: grid }));

export const posEmbedResizeRunner: ModuleRunner = {
  params: ['tables'],
  async run(parityCase) {
    const outputs = new Outputs(parityCase);
    for (const { index, to } of param(parityCase, 'tables', schema)) {
      const table = await parityCase.input(`table.${index}`);
      tf.tidy(() => outputs.set(`table.${index}`, resizePositions(tensorOf(table), ...to)));
    }
    return outputs;
  },
};
