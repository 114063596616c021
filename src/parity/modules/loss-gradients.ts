/** What all loss modules share: the gradients by every parameter, and their norms, in the checkpoint's layout. */
import * as tf from '@tensorflow/tfjs-core';

import { transpose } from '../../checkpoint/transpose.js';
import { disposeTree } from '../../nn/tree.js';
import { globalNorm } from '../../train/clip-gradients.js';
import type { Parameter } from '../../train/trainable.js';
import type { Values } from '../compare.js';
import { numberParam, stringsParam } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import type { Outputs } from '../runner.js';

interface FloatValues extends Values {
  readonly data: Float32Array;
}

/** Keeps `loss`, and its gradients by all parameters. @throws Error when the case is of several ranks. */
export async function storeLossAndGradients(
  parityCase: ParityCase,
  outputs: Outputs,
  parameters: ReadonlyMap<string, Parameter>,
  loss: () => tf.Scalar,
): Promise<void> {
  if (numberParam(parityCase, 'world_size') !== 1) throw new Error('params.world_size: expected 1');
  const variables = [...parameters.values()].map(({ variable }) => variable);
  const { value, grads } = tf.variableGrads(loss, variables);
  outputs.set('loss', value);
  storeGradients(parityCase, outputs, await officialGradients(parameters, grads));
  disposeTree([value, grads]);
}

/** Each gradient in the layout of the checkpoint: 0 for a parameter that took no part. */
async function officialGradients(
  parameters: ReadonlyMap<string, Parameter>,
  grads: Readonly<Record<string, tf.Tensor>>,
): Promise<Map<string, FloatValues>> {
  const gradients = new Map<string, FloatValues>();
  for (const [name, { origin, variable }] of parameters) {
    const values = (await grads[variable.name]?.data<'float32'>()) ?? new Float32Array(variable.size);
    const [In = 1, Out = 1] = variable.shape;
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
