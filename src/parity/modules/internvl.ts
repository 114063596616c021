/** Modules `internvl-c` and `internvl-g`: pixels and ids to embeddings, logits and probabilities. */
import * as tf from '@tensorflow/tfjs-core';

import type { Scope } from '../../checkpoint/scope.js';
import type { InternVLConfig } from '../../contrastive/config.js';
import { encodeImage, encodeText, type InternVLC } from '../../contrastive/internvl-c.js';
import { encodeImageG } from '../../contrastive/internvl-g.js';
import { similarity } from '../../contrastive/similarity.js';
import { readInternVLC, readInternVLG } from '../../contrastive/weights.js';
import { l2Normalize } from '../../nn/l2-normalize.js';
import type { Tensor } from '../../nn/tensor.js';
import type { TowerOptions } from '../../nn/tower-options.js';
import { disposeTree } from '../../nn/tree.js';
import { withModel } from '../model.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';
import { runFullSimilarity } from './full-similarity.js';

interface Opened {
  readonly model: InternVLC;
  readonly encode: (pixels: Tensor<'B Y X 3'>, options: TowerOptions) => Promise<tf.Tensor>;
}
type Open = (scope: Scope, config: InternVLConfig) => Promise<Opened>;

const openC: Open = async (scope, config) => {
  const model = await readInternVLC(scope, config, { memory: 'stream' });
  return { model, encode: (pixels, options) => encodeImage(config, model, pixels, options) };
};

const openG: Open = async (scope, config) => {
  const model = await readInternVLG(scope, config, { memory: 'stream' });
  return { model, encode: (pixels, options) => encodeImageG(config, model, pixels, options) };
};

function runnerOf(name: string, open: Open): ModuleRunner {
  return {
    params: ['mode'],
    run: (parityCase, options) =>
      withModel(parityCase, options, async (scope, config) => {
        const { mode = name } = parityCase.manifest.params;
        if (mode !== name) throw new Error(`params.mode: expected ${name}, got ${String(mode)}`);
        const outputs = new Outputs(parityCase, options);
        const { model, encode } = await open(scope, config);
        const pixels = pixelsOf(await parityCase.input('pixel_values'));
        const ids = idsOf(await parityCase.input('input_ids'));
        const { signal } = options;
        const images = await encode(pixels, { signal });
        const texts: tf.Tensor = await encodeText(config, model, ids, { signal });
        const logits = similarity(model.logitScale, images, texts); // [B, K]
        outputs.set('image_embeds', images);
        outputs.set('text_embeds', texts);
        outputs.make('image_embeds.normalized', () => l2Normalize(images));
        outputs.make('text_embeds.normalized', () => l2Normalize(texts));
        outputs.set('logits_per_image', logits);
        outputs.make('logits_per_text', () => tf.transpose(logits));
        outputs.make('probabilities', () => tf.softmax(logits));
        disposeTree([pixels, ids, images, texts, logits, model]);
        return outputs;
      }),
  };
}

export const internVLCRunner = runnerOf('InternVL-C', openC);
const ownInputs = runnerOf('InternVL-G', openG);
export const internVLGRunner: ModuleRunner = {
  ...ownInputs,
  run: (parityCase, options) =>
    parityCase.inputs.size > 0 ? ownInputs.run(parityCase, options) : runFullSimilarity(parityCase, options),
};
