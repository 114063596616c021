/**
 * A resident InternVL whose tensors are variables, and the way from each variable back to the official layout:
 * InternVL-C for stage 1, the whole model for stage 2 and retrieval fine-tuning.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { FloatSource } from '../checkpoint/float-source.js';
import { type Adopt, type Origin, Scope } from '../checkpoint/scope.js';
import type { InternVLConfig } from '../contrastive/config.js';
import type { InternVLC } from '../contrastive/internvl-c.js';
import type { InternVLG } from '../contrastive/internvl-g.js';
import { readInternVLC, readInternVLG } from '../contrastive/weights.js';
import type { LlamaBlock } from '../llama/block.js';
import { residentWeight } from '../llama/token-embedding.js';
import { residentParams } from '../nn/blocks.js';
import type { Linear } from '../nn/linear.js';
import { leaves } from '../nn/tree.js';
import type { QueryBlock } from '../qllama/query-block.js';
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

/** The text blocks are the query blocks: queries and text pass through the same layers. */
export interface TrainableInternVLG extends TrainableInternVLC {
  readonly model: InternVLG;
  readonly queryBlocks: readonly QueryBlock[];
  readonly languageHead: Linear; // [C, V]
}

/** Reads InternVL-C from `source` (a checkpoint or `initialValues`) into variables. */
export async function trainableInternVLC(
  source: FloatSource,
  config: InternVLConfig,
): Promise<TrainableInternVLC> {
  const read = new Map<tf.Tensor, Parameter>();
  const model = await readInternVLC(new Scope(source, '', { adopt: intoVariables(read) }), config);
  return partsOf(model, read);
}

/** The same for all of InternVL: also queries, cross-attention, both pools, and the heads of matching and language. */
export async function trainableInternVLG(
  source: FloatSource,
  config: InternVLConfig,
): Promise<TrainableInternVLG> {
  const read = new Map<tf.Tensor, Parameter>();
  const model = await readInternVLG(new Scope(source, '', { adopt: intoVariables(read) }), config);
  const [languageHead, ...others] = residentParams(model.head);
  if (!languageHead || others.length > 0) {
    throw new Error(`lm_head: expected one matrix, got ${model.head.length} parts`);
  }
  const queryBlocks = residentParams(model.queries.blocks);
  return { ...partsOf(model, read), model, queryBlocks, languageHead };
}

/** A variable in the place of every tensor that is read, noted with its origin. */
function intoVariables(read: Map<tf.Tensor, Parameter>): Adopt {
  return (tensor, origin) => {
    const variable = tf.variable(tensor, true);
    tensor.dispose();
    read.set(variable, { origin, variable });
    return variable;
  };
}

function partsOf(model: InternVLC, read: ReadonlyMap<tf.Tensor, Parameter>): TrainableInternVLC {
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
