/**
 * A resident InternVL-C whose tensors are variables, and the way from each variable back to the official
 * layout.
 */
import * as tf from '@tensorflow/tfjs-core';

import { type FloatSource, type Origin, Scope } from '../checkpoint/scope.js';
import type { InternVLConfig } from '../contrastive/config.js';
import type { InternVLC } from '../contrastive/internvl-c.js';
import { readInternVLC } from '../contrastive/weights.js';
import { residentParams } from '../nn/blocks.js';
import type { TextBlock } from '../qllama/text-block.js';
import { residentWeight } from '../qllama/token-embedding.js';
import type { Block } from '../vision/block.js';

/** One parameter: its variable (linear kernels as [In, Out]) and where it stands in the checkpoint. */
export interface Parameter {
  readonly origin: Origin;
  readonly variable: tf.Variable;
}

export interface TrainableInternVLC {
  readonly model: InternVLC;
  readonly visionBlocks: readonly Block[];
  readonly textBlocks: readonly TextBlock[];
  readonly tokenTable: tf.Tensor;
  /** All parameters by official name, in the order in which they are read. */
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/** Reads InternVL-C from `source` (a checkpoint or `initialValues`) into variables. */
export async function trainableInternVLC(
  source: FloatSource,
  config: InternVLConfig,
): Promise<TrainableInternVLC> {
  const parameters = new Map<string, Parameter>();
  const root = new Scope(source, '', (tensor, origin) => {
    const variable = tf.variable(tensor, true);
    tensor.dispose();
    parameters.set(origin.name, { origin, variable });
    return variable;
  });
  const model = await readInternVLC(root, config);
  return {
    model,
    visionBlocks: residentParams(model.vision.blocks),
    textBlocks: residentParams(model.text.blocks),
    tokenTable: residentWeight(model.text.tokens),
    parameters,
  };
}
