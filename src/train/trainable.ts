/**
 * A resident InternVL-C whose tensors are variables, and the way from each variable back to the official
 * layout.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { FloatSource } from '../checkpoint/float-source.js';
import { type Adopt, type Origin, Scope } from '../checkpoint/scope.js';
import type { InternVLConfig } from '../contrastive/config.js';
import type { InternVLC } from '../contrastive/internvl-c.js';
import { readInternVLC } from '../contrastive/weights.js';
import type { LlamaBlock } from '../llama/block.js';
import { residentWeight } from '../llama/token-embedding.js';
import { residentParams } from '../nn/blocks.js';
import { leaves } from '../nn/tree.js';
import type { Block } from '../vision/block.js';

/** One parameter: its variable (linear kernels as [In, Out]) and where it stands in the checkpoint. */
export interface Parameter {
  readonly origin: Origin;
  readonly variable: tf.Variable;
}

export interface TrainableInternVLC {
  readonly model: InternVLC;
  readonly visionBlocks: readonly Block[];
  readonly textBlocks: readonly LlamaBlock[];
  readonly tokenTable: tf.Tensor;
  /** All parameters by official name, in the order in which the model's tree is written. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** Reads InternVL-C from `source` (a checkpoint or `initialValues`) into variables. */
export async function trainableInternVLC(
  source: FloatSource,
  config: InternVLConfig,
): Promise<TrainableInternVLC> {
  const read = new Map<tf.Tensor, Parameter>();
  const adopt: Adopt = (tensor, origin) => {
    const variable = tf.variable(tensor, true);
    tensor.dispose();
    read.set(variable, { origin, variable });
    return variable;
  };
  const model = await readInternVLC(new Scope(source, '', { adopt }), config);
  return {
    model,
    visionBlocks: residentParams(model.vision.blocks),
    textBlocks: residentParams(model.text.blocks),
    tokenTable: residentWeight(model.text.tokens),
    parameters: inOrderOf(model, read),
  };
}

/** Parameters are read at the same time, and arrive in any order. */
function inOrderOf(
  model: InternVLC,
  read: ReadonlyMap<tf.Tensor, Parameter>,
): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [, tensor] of leaves(model)) {
    const parameter = read.get(tensor);
    if (parameter) parameters.set(parameter.origin.name, parameter);
  }
  return parameters;
}
