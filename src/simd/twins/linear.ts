/**
 * The twins of `linear`: y = act(x·W + b) as one matrix product with a fused ending. `Linear` takes the weight
 * as a tensor and has gradients, `LentLinear` takes one that is lent.
 */
import * as tf from '@tensorflow/tfjs-core';

import { EngineWeight } from '../engine-weight.js';
import { type Gemm, gemm } from '../gemm.js';
import type { Task } from '../workplace.js';
import { runOne, single, type Twin, type TwinCall } from './define.js';

/** Rows and columns of a tensor seen as a matrix of its last axis. */
function matrix({ shape }: tf.TensorInfo): [rows: number, columns: number] {
  const columns = shape.at(-1) ?? 1;
  return [shape.slice(0, -1).reduce((size, n) => size * n, 1), columns];
}

const rowsAt = (address: number, columns: number) => ({ address, stride: 4 * columns });

function activationOf({ attributes }: TwinCall): Partial<Pick<Gemm, 'activation'>> {
  const { activation } = attributes;
  return activation === 'gelu' || activation === 'silu' ? { activation } : {};
}

/** y = act(x·W + b): x [..., In], weight [In, Out], bias [Out] → [..., Out]. */
function linearTask(call: TwinCall): Task {
  const [x, weight, bias] = [call.input('x'), call.input('weight'), call.optional('bias')];
  const [[m, k], [, n]] = [matrix(x), matrix(weight)];
  return {
    inputs: bias ? [x, weight, bias] : [x, weight],
    outputs: [[...x.shape.slice(0, -1), n]],
    flops: 2 * m * k * n,
    compute: (kernels, [a = 0, b = 0, bias], [c = 0]) =>
      gemm(kernels, {
        ...{ m, n, k, a: rowsAt(a, k), c: rowsAt(c, n), ...activationOf(call) },
        b: { ...rowsAt(b, n), kind: 'F32', layout: 'kn' },
        ...(bias !== undefined && { bias }),
      }),
  };
}

/** The same with a lent weight [Out, In] of any kind, where the weight is. */
function lentLinearTask(call: TwinCall): Task {
  const { weight } = call.attributes;
  if (!(weight instanceof EngineWeight))
    throw new TypeError('expected a weight lent by an engine, got another');
  const [x, bias] = [call.input('x'), call.optional('bias')];
  const [m, k] = matrix(x);
  const [n] = weight.shape;
  const { address, kind, stride, scales } = weight;
  return {
    inputs: bias ? [x, bias] : [x],
    outputs: [[...x.shape.slice(0, -1), n]],
    flops: 2 * m * k * n,
    engineOnly: weight.engine,
    compute: (kernels, [a = 0, bias], [c = 0]) =>
      gemm(kernels, {
        ...{ m, n, k, a: rowsAt(a, k), c: rowsAt(c, n), ...activationOf(call) },
        b: { address, stride, kind, layout: 'nk', ...(scales !== undefined && { scales }) },
        ...(bias !== undefined && { bias }),
        arithmetic: weight.engine.arithmetic === 'fast' ? 'int16' : 'exact',
      }),
  };
}

/** dX = dY·Wᵀ: dy [..., Out], weight [In, Out] → [..., In]. */
function inputGradientTask(call: TwinCall): Task {
  const [dy, weight] = [call.input('dy'), call.input('weight')];
  const [[m, k], [n]] = [matrix(dy), matrix(weight)];
  return {
    inputs: [dy, weight],
    outputs: [[...dy.shape.slice(0, -1), n]],
    flops: 2 * m * k * n,
    compute: (kernels, [a = 0, b = 0], [c = 0]) =>
      gemm(kernels, {
        ...{ m, n, k, a: rowsAt(a, k), c: rowsAt(c, n) },
        b: { ...rowsAt(b, k), kind: 'F32', layout: 'nk' },
      }),
  };
}

/** dW = Xᵀ·dY: x [..., In], dy [..., Out] → [In, Out]. */
function weightGradientTask(call: TwinCall): Task {
  const [x, dy] = [call.input('x'), call.input('dy')];
  const [[k, m], [, n]] = [matrix(x), matrix(dy)];
  return {
    inputs: [x, dy],
    outputs: [[m, n]],
    flops: 2 * m * k * n,
    compute: (kernels, [a = 0, b = 0], [c = 0]) =>
      gemm(kernels, {
        ...{ m, n, k, a: { ...rowsAt(a, m), layout: 'columns' }, c: rowsAt(c, n) },
        b: { ...rowsAt(b, n), kind: 'F32', layout: 'kn' },
      }),
  };
}

const linearGradient: Omit<tf.GradConfig, 'kernelName'> = {
  inputsToSave: ['x', 'weight'],
  gradFunc: (dys, saved) => {
    const dy = single(dys);
    const [x, weight] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
    return {
      x: () => runOne('LinearInputGradient', { dy, weight }),
      weight: () => runOne('LinearWeightGradient', { x, dy }),
      bias: () => runOne('ColumnSum', { x: dy }),
    };
  },
};

/** A lent weight is not trained; its input may still be asked for (what a picture's pixels contribute). */
const lentLinearGradient: Omit<tf.GradConfig, 'kernelName'> = {
  gradFunc: (dys, _saved, { weight }) => {
    const dy = single(dys);
    const lent = weight as unknown as EngineWeight; // `lentLinearTask` has checked it
    return {
      x: () => tf.tidy(() => runOne('LinearInputGradient', { dy, weight: lent.toTensor() })),
      bias: () => runOne('ColumnSum', { x: dy }),
    };
  },
};

export const linearTwins: readonly Twin[] = [
  { kernelName: 'Linear', task: linearTask, gradient: linearGradient },
  { kernelName: 'LentLinear', task: lentLinearTask, gradient: lentLinearGradient },
  { kernelName: 'LinearInputGradient', task: inputGradientTask },
  { kernelName: 'LinearWeightGradient', task: weightGradientTask },
];
