/** Module `loss.stage1`: the contrastive loss of a batch and its gradient by every parameter. */
import * as tf from '@tensorflow/tfjs-core';

import { transpose } from '../../checkpoint/transpose.js';
import { similarity } from '../../contrastive/similarity.js';
import { disposeTree } from '../../nn/tree.js';
import { globalNorm } from '../../train/clip-gradients.js';
import { imageEmbeddings, textEmbeddings } from '../../train/contrastive-forward.js';
import { contrastiveLoss } from '../../train/contrastive-loss.js';
import { type Parameter, trainableInternVLC } from '../../train/trainable.js';
import type { Values } from '../compare.js';
import { withWeights } from '../model.js';
import { numberParam, stringsParam } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import { type ModuleRunner, Outputs } from '../runner.js';
import { idsOf, pixelsOf } from '../tensors.js';

interface FloatValues extends Values {
  readonly data: Float32Array;
}

export const lossStage1Runner: ModuleRunner = {
  params: ['world_size', 'gradient_norm_names'],
  run: (parityCase, options) =>
    withWeights(parityCase, options, async (source, config) => {
      if (numberParam(parityCase, 'world_size') !== 1) throw new Error('params.world_size: expected 1');
      const trainable = await trainableInternVLC(source, config);
      const pixels = pixelsOf(await parityCase.input('pixel_values'));
      const ids = idsOf(await parityCase.input('input_ids'));
      const outputs = new Outputs(parityCase);
      const { logitScale } = trainable.model;
      const { value, grads } = tf.variableGrads(
        () => {
          const images = imageEmbeddings(config, trainable, pixels);
          const texts: tf.Tensor = textEmbeddings(config, trainable, ids);
          outputs.make('logits_per_image', () => similarity(logitScale, images, texts));
          return contrastiveLoss(images, texts, logitScale);
        },
        [...trainable.parameters.values()].map(({ variable }) => variable),
      );
      outputs.set('loss', value);
      storeGradients(parityCase, outputs, officialGradients(trainable.parameters, grads));
      disposeTree([value, grads, pixels, ids]);
      for (const { variable } of trainable.parameters.values()) variable.dispose();
      return outputs;
    }),
};

/** Each gradient in the layout of the checkpoint. A parameter that took no part has none. */
function officialGradients(
  parameters: ReadonlyMap<string, Parameter>,
  grads: Readonly<Record<string, tf.Tensor>>,
): Map<string, FloatValues> {
  const gradients = new Map<string, FloatValues>();
  for (const [name, { origin, variable }] of parameters) {
    const gradient = grads[variable.name];
    if (!gradient) continue;
    const values = gradient.dataSync<'float32'>();
    const [In = 1, Out = 1] = gradient.shape;
    gradients.set(name, {
      shape: origin.shape,
      data: origin.transposed ? transpose(values, In, Out) : values,
    });
  }
  return gradients;
}

function storeGradients(
  parityCase: ParityCase,
  outputs: Outputs,
  gradients: ReadonlyMap<string, FloatValues>,
): void {
  const arrays = new Map([...gradients].map(([name, { data }]) => [name, data]));
  const normOf = (name: string) => globalNorm(new Map([[name, arrays.get(name) ?? new Float32Array(0)]]));
  const names = stringsParam(parityCase, 'gradient_norm_names');
  outputs.setValues('gradient_norms', { shape: [names.length], data: names.map(normOf) });
  outputs.setValues('total_gradient_norm', { shape: [], data: [globalNorm(arrays)] });
  for (const [name, values] of gradients) outputs.setValues(`grad.${name}`, values);
}
