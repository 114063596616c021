/**
 * The case of module `internvl-g` that has no inputs of its own: both models at full size on the picture and the
 * text of two other cases of its set.
 */
import * as tf from '@tensorflow/tfjs-core';
import { attentionPool } from '../../contrastive/attention-pool.js';
import { encodeText } from '../../contrastive/internvl-c.js';
import { poolWithQueries } from '../../contrastive/internvl-g.js';
import { similarity } from '../../contrastive/similarity.js';
import { readInternVLG } from '../../contrastive/weights.js';
import { disposeTree } from '../../nn/tree.js';
import { internVit } from '../../vision/internvit.js';
import type { Values } from '../compare.js';
import { withModel } from '../model.js';
import { ParityCase } from '../parity-case.js';
import { Outputs, type RunOptions } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';

const PICTURE_CASE = 'full-width/vit-6b';
const TEXT_CASE = 'full-width/qllama-8b-text';

/** `logits_per_image.c` and `.g`. */
export function runFullSimilarity(parityCase: ParityCase, options: RunOptions): Promise<Outputs> {
  return withModel(parityCase, options, async (scope, config) => {
    const outputs = new Outputs(parityCase, options);
    const { signal } = options;
    const onBlock = (done: number, total: number) => options.onTrace?.(`block ${done} of ${total}`);
    const model = await readInternVLG(scope, config, { memory: 'stream' });
    const pixels = pixelsOf(await inputOf(parityCase, PICTURE_CASE, 'pixel_values'));
    const ids = idsOf(await inputOf(parityCase, TEXT_CASE, 'input_ids'));
    const tokens: tf.Tensor = await internVit(config.vision, model.vision, pixels, { signal, onBlock });
    const text: tf.Tensor = await encodeText(config, model, ids, { signal, onBlock });
    const g: tf.Tensor = await poolWithQueries(config, model, tokens, { signal, onBlock });
    const c = tf.tidy(() => attentionPool(model.clipProjector, tokens, config.attnPoolNumHeads));
    outputs.make('logits_per_image.c', () => similarity(model.logitScale, c, text));
    outputs.make('logits_per_image.g', () => similarity(model.logitScale, g, text));
    disposeTree([pixels, ids, tokens, text, g, c, model]);
    return outputs;
  });
}

/** An input of another case of the same set. */
async function inputOf({ location }: ParityCase, name: string, input: string): Promise<Values> {
  const folder = `${location.root}/${name}`;
  const other = await ParityCase.open({ root: location.root, folder, name });
  try {
    return await other.input(input);
  } finally {
    await other.close();
  }
}
