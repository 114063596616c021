/**
 * How a gradient is written down here. tfjs keeps the inputs or the output of an operation that the gradient
 * asks for, and later calls it with `dy`, these tensors and the operation's attributes. Each input gets a
 * function, called only when its gradient is wanted; what it returns must be a new tensor, because tfjs
 * disposes it while adding up.
 */
import type * as tf from '@tensorflow/tfjs-core';

import { sumTo } from './broadcast.js';

type Attributes = Readonly<Record<string, unknown>>;

/** Gradient of `y = f(x)` that needs the input `x` (the kernel may call it otherwise: `input`). */
export function ofInput(
  kernelName: string,
  dx: (dy: tf.Tensor, x: tf.Tensor, attributes: Attributes) => tf.Tensor,
  input = 'x',
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: [input],
    gradFunc: (dy, saved, attributes) => ({ [input]: () => dx(single(dy), only(saved), attributes) }),
  };
}

/** Gradient of `y = f(x)` that needs the output `y`. */
export function ofOutput(
  kernelName: string,
  dx: (dy: tf.Tensor, y: tf.Tensor, attributes: Attributes) => tf.Tensor,
  input = 'x',
): tf.GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, saved, attributes) => ({ [input]: () => dx(single(dy), only(saved), attributes) }),
  };
}

/** Gradient of a linear rearrangement: needs neither input nor output. */
export function ofNothing(
  kernelName: string,
  dx: (dy: tf.Tensor, attributes: Attributes) => tf.Tensor,
  input = 'x',
): tf.GradConfig {
  return {
    kernelName,
    gradFunc: (dy, _saved, attributes) => ({ [input]: () => dx(single(dy), attributes) }),
  };
}

/** Gradients of `y = f(a, b)` with broadcasting: computed in the shape of `y`, then summed to the input's. */
export function ofPair(
  kernelName: string,
  da: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  db: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, saved) => {
      const [a, b] = pair(saved);
      return { a: () => sumTo(da(single(dy), a, b), a.shape), b: () => sumTo(db(single(dy), a, b), b.shape) };
    },
  };
}

/** Operations with one output are given one `dy`, those with several a list. */
export const single = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(dy) ? only(dy) : dy);

export function only(tensors: readonly tf.Tensor[]): tf.Tensor {
  const [tensor, ...rest] = tensors;
  if (tensor === undefined || rest.length > 0) throw new Error(`expected 1 tensor, got ${tensors.length}`);
  return tensor;
}

export function pair(tensors: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor] {
  const [a, b] = tensors;
  if (a === undefined || b === undefined) throw new Error(`expected 2 tensors, got ${tensors.length}`);
  return [a, b];
}

/** The gradients of inputs that came as a list: tfjs names them by their index. */
export function byIndex(gradients: readonly (() => tf.Tensor)[]): Record<string, () => tf.Tensor> {
  return Object.fromEntries(gradients.entries());
}
