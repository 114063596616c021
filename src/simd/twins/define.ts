/** How the twin of an operation is written down, and how it gets into tfjs's registry. */
import * as tf from '@tensorflow/tfjs-core';

import type { TfjsWasm } from '../tfjs-heap.js';
import { perform, type Task, type Workplace } from '../workplace.js';

export type Attributes = Readonly<Record<string, unknown>>;

export interface TwinCall {
  /** The input called so. @throws Error when it was not given. */
  input(name: string): tf.TensorInfo;
  /** The same, undefined when it was not given. */
  optional(name: string): tf.TensorInfo | undefined;
  readonly attributes: Attributes;
}

export interface Twin {
  readonly kernelName: string;
  /** What is to be computed for a call. */
  readonly task: (call: TwinCall) => Task;
  readonly gradient?: Omit<tf.GradConfig, 'kernelName'>;
  /** Names of inputs that are int32; all others are float32. */
  readonly integers?: readonly string[];
}

/** Registers the twins for the wasm backend; those that are registered already get the new workplace. */
export function registerTwins(twins: readonly Twin[], workplace: Workplace): void {
  for (const twin of twins) {
    const { kernelName, task, gradient } = twin;
    if (tf.getKernel(kernelName, 'wasm') != null) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) => {
        checkTypes(twin, inputs);
        const call = callOf(kernelName, inputs, attrs as Attributes | undefined);
        const outputs = perform(workplace, backend as TfjsWasm, task(call)); // of the wasm backend
        return outputs.length === 1 ? (outputs[0] as tf.TensorInfo) : outputs;
      },
    });
    if (gradient && tf.getGradient(kernelName) == null) tf.registerGradient({ kernelName, ...gradient });
  }
}

/** @throws TypeError for an input of another type: a kernel would take its bits for numbers of its own. */
function checkTypes({ kernelName, integers = [] }: Twin, inputs: tf.NamedTensorInfoMap): void {
  for (const [name, { dtype }] of Object.entries(inputs as Record<string, tf.TensorInfo>)) {
    const expected = integers.includes(name) ? 'int32' : 'float32';
    if (dtype !== expected)
      throw new TypeError(`${kernelName}: expected ${name} in ${expected}, got ${dtype}; cast it`);
  }
}

function callOf(kernelName: string, inputs: tf.NamedTensorInfoMap, attributes: Attributes = {}): TwinCall {
  return {
    attributes,
    optional: (name) => inputs[name],
    input(name) {
      const tensor = inputs[name];
      if (tensor === undefined) throw new Error(`${kernelName}: expected an input ${name}, got none`);
      return tensor;
    },
  };
}

/** Runs another twin from within a gradient. */
export function run(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes = {},
): tf.Tensor | tf.Tensor[] {
  return tf.engine().runKernel(kernelName, inputs, attributes as unknown as tf.NamedAttrMap);
}

/** The same for a twin with one output. */
export function runOne(
  kernelName: string,
  inputs: tf.NamedTensorMap,
  attributes: Attributes = {},
): tf.Tensor {
  return run(kernelName, inputs, attributes) as tf.Tensor; // one output
}

/** The gradient arrives as a list from operations with several outputs. */
export function single(dy: tf.Tensor | tf.Tensor[]): tf.Tensor {
  const [first] = Array.isArray(dy) ? dy : [dy];
  if (first === undefined) throw new Error('expected a gradient, got none');
  return first;
}
