/** The twins of `rmsNorm` and `layerNorm`, over the last axis, and their gradients. */
import type * as tf from '@tensorflow/tfjs-core';

import { layerNorm, layerNormBackward } from '../layer-norm.js';
import { rmsNorm, rmsNormBackward } from '../rms-norm.js';
import { sizeOf, type Task } from '../workplace.js';
import { type Attributes, run, single, type Twin, type TwinCall } from './define.js';

/** Operations an element costs, about. */
const FLOPS = 8;

/** Rows of the last axis, contiguous. */
function shapeOf({ input, attributes }: TwinCall) {
  const { shape } = input('x');
  const n = shape.at(-1) ?? 1;
  return { rows: n === 0 ? 0 : sizeOf(shape) / n, n, xStride: 4 * n, epsilon: Number(attributes.eps) };
}

/** x/√(mean(x²) + ε)·w: x [..., C], weight [C] → [..., C]. */
function rmsNormTask(call: TwinCall): Task {
  const shape = shapeOf(call);
  const [input, weight] = [call.input('x'), call.input('weight')];
  return {
    inputs: [input, weight],
    outputs: [input.shape],
    flops: FLOPS * shape.rows * shape.n,
    compute: (kernels, [x = 0, w = 0], [y = 0]) =>
      rmsNorm(kernels, { ...shape, x, w, y, yStride: shape.xStride }),
  };
}

/** dx [..., C] and dw [C] from dy, x, weight. */
function rmsNormGradientTask(call: TwinCall): Task {
  const shape = shapeOf(call);
  const [input, weight] = [call.input('x'), call.input('weight')];
  const strides = { dyStride: shape.xStride, dxStride: shape.xStride };
  return {
    inputs: [call.input('dy'), input, weight],
    outputs: [input.shape, weight.shape],
    flops: 2 * FLOPS * shape.rows * shape.n,
    compute: (kernels, [dy = 0, x = 0, w = 0], [dx = 0, dw = 0]) =>
      rmsNormBackward(kernels, { ...shape, ...strides, x, w, dy, dx, dw }),
  };
}

/** (x − μ)/√(σ² + ε)·w + b: x [..., C], weight and bias [C] → [..., C]. */
function layerNormTask(call: TwinCall): Task {
  const shape = shapeOf(call);
  const [input, weight, bias] = [call.input('x'), call.input('weight'), call.input('bias')];
  return {
    inputs: [input, weight, bias],
    outputs: [input.shape],
    flops: FLOPS * shape.rows * shape.n,
    compute: (kernels, [x = 0, w = 0, b = 0], [y = 0]) =>
      layerNorm(kernels, { ...shape, x, w, b, y, yStride: shape.xStride }),
  };
}

/** dx [..., C], dw and db [C] from dy, x, weight. */
function layerNormGradientTask(call: TwinCall): Task {
  const shape = shapeOf(call);
  const [input, weight] = [call.input('x'), call.input('weight')];
  const strides = { dyStride: shape.xStride, dxStride: shape.xStride };
  return {
    inputs: [call.input('dy'), input, weight],
    outputs: [input.shape, weight.shape, weight.shape],
    flops: 2 * FLOPS * shape.rows * shape.n,
    compute: (kernels, [dy = 0, x = 0, w = 0], [dx = 0, dw = 0, db = 0]) =>
      layerNormBackward(kernels, { ...shape, ...strides, x, w, dy, dx, dw, db }),
  };
}

/** All gradients of a norm come from one pass, in the order of `names`. */
function gradientBy(kernelName: string, names: readonly string[]): Omit<tf.GradConfig, 'kernelName'> {
  return {
    inputsToSave: ['x', 'weight'],
    gradFunc: (dy, saved, attributes) => {
      const [x, weight] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
      const gradients = run(
        kernelName,
        { dy: single(dy), x, weight },
        attributes as Attributes,
      ) as tf.Tensor[];
      return Object.fromEntries(names.map((name, i) => [name, () => gradients[i] as tf.Tensor]));
    },
  };
}

export const normTwins: readonly Twin[] = [
  {
    kernelName: 'RMSNorm',
    task: rmsNormTask,
    gradient: gradientBy('RMSNormGradient', ['x', 'weight']),
  },
  { kernelName: 'RMSNormGradient', task: rmsNormGradientTask },
  {
    kernelName: 'LayerNorm',
    task: layerNormTask,
    gradient: gradientBy('LayerNormGradient', ['x', 'weight', 'bias']),
  },
  { kernelName: 'LayerNormGradient', task: layerNormGradientTask },
];
