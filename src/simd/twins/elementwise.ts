/** The twins of what goes over elements: activations, and a branch that joins the stream with its layer scale. */
import type * as tf from '@tensorflow/tfjs-core';

import { activation, activationBackward } from '../activations.js';
import { columnSum } from '../column-sum.js';
import { gatedSilu, gatedSiluBackward } from '../gated-silu.js';
import { residual, residualBackward } from '../residual.js';
import { sizeOf, type Task } from '../workplace.js';
import { run, runOne, single, type Twin, type TwinCall } from './define.js';

/** Operations an element costs, about. */
const FLOPS = 20;

/** f(x), elementwise. */
function activationTask(kind: 'gelu' | 'silu'): (call: TwinCall) => Task {
  return ({ input }) => {
    const { shape } = input('x');
    const count = sizeOf(shape);
    return {
      inputs: [input('x')],
      outputs: [shape],
      flops: FLOPS * count,
      compute: (kernels, [x = 0], [y = 0]) => activation(kernels, { x, y, count, kind }),
    };
  };
}

/** dy·f′(x), elementwise. */
function activationGradientTask(kind: 'gelu' | 'silu'): (call: TwinCall) => Task {
  return ({ input }) => {
    const { shape } = input('x');
    const count = sizeOf(shape);
    return {
      inputs: [input('dy'), input('x')],
      outputs: [shape],
      flops: FLOPS * count,
      compute: (kernels, [dy = 0, x = 0], [dx = 0]) =>
        activationBackward(kernels, { x, dy, dx, count, kind }),
    };
  };
}

function activationTwins(kind: 'gelu' | 'silu', kernelName: string): Twin[] {
  const gradient: Twin['gradient'] = {
    inputsToSave: ['x'],
    gradFunc: (dy, saved) => ({
      x: () => runOne(`${kernelName}Gradient`, { dy: single(dy), x: saved[0] as tf.Tensor }),
    }),
  };
  return [
    { kernelName, task: activationTask(kind), gradient },
    { kernelName: `${kernelName}Gradient`, task: activationGradientTask(kind) },
  ];
}

/** One row: all operands are contiguous and of one shape. */
function oneRow(shape: readonly number[]) {
  const n = sizeOf(shape);
  return { rows: 1, n, aStride: 4 * n, bStride: 4 * n };
}

/** silu(gate)·x. */
function gatedTask({ input }: TwinCall): Task {
  const { shape } = input('x');
  const row = oneRow(shape);
  return {
    inputs: [input('gate'), input('x')],
    outputs: [shape],
    flops: FLOPS * row.n,
    compute: (kernels, [a = 0, b = 0], [y = 0]) =>
      gatedSilu(kernels, { ...row, a, b, y, yStride: row.aStride }),
  };
}

/** The gradients of gate and x from dy. */
function gatedGradientTask({ input }: TwinCall): Task {
  const { shape } = input('x');
  const row = oneRow(shape);
  const strides = { dyStride: row.aStride, daStride: row.aStride, dbStride: row.aStride };
  return {
    inputs: [input('dy'), input('gate'), input('x')],
    outputs: [shape, shape],
    flops: FLOPS * row.n,
    compute: (kernels, [dy = 0, a = 0, b = 0], [da = 0, db = 0]) =>
      gatedSiluBackward(kernels, { ...row, ...strides, a, b, dy, da, db }),
  };
}

/** Rows of the last axis. */
function rowsOf({ shape }: tf.TensorInfo): { rows: number; n: number } {
  const n = shape.at(-1) ?? 1;
  return { rows: n === 0 ? 0 : sizeOf(shape) / n, n };
}

/** x + branch·scale: x and branch [..., C], scale [C] → [..., C]. */
function residualTask({ input }: TwinCall): Task {
  const rows = rowsOf(input('x'));
  return {
    inputs: [input('x'), input('branch'), input('scale')],
    outputs: [input('x').shape],
    flops: 2 * rows.rows * rows.n,
    compute: (kernels, [x = 0, branch = 0, gamma = 0], [y = 0]) =>
      residual(kernels, { ...rows, x, branch, gamma, y }),
  };
}

/** The gradients of branch and scale from dy; that of x is dy. */
function residualGradientTask({ input }: TwinCall): Task {
  const rows = rowsOf(input('branch'));
  return {
    inputs: [input('dy'), input('branch'), input('scale')],
    outputs: [input('branch').shape, input('scale').shape],
    flops: 3 * rows.rows * rows.n,
    compute: (kernels, [dy = 0, branch = 0, gamma = 0], [dBranch = 0, dGamma = 0]) =>
      residualBackward(kernels, { ...rows, branch, gamma, dy, dBranch, dGamma }),
  };
}

/** Σ over all axes but the last: the gradient of a bias. [..., C] → [C]. */
function columnSumTask({ input }: TwinCall): Task {
  const { rows, n } = rowsOf(input('x'));
  return {
    inputs: [input('x')],
    outputs: [[n]],
    flops: rows * n,
    compute: (kernels, [x = 0], [sum = 0]) => columnSum(kernels, { x, stride: 4 * n, rows, n, sum }),
  };
}

const gatedGradient: Twin['gradient'] = {
  inputsToSave: ['gate', 'x'],
  gradFunc: (dy, saved) => {
    const [gate, x] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
    const [dGate, dX] = run('GatedSiluGradient', { dy: single(dy), gate, x }) as [tf.Tensor, tf.Tensor];
    return { gate: () => dGate, x: () => dX };
  },
};

const residualGradient: Twin['gradient'] = {
  inputsToSave: ['branch', 'scale'],
  gradFunc: (dys, saved) => {
    const dy = single(dys);
    const [branch, scale] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
    const [dBranch, dScale] = run('ScaledResidualGradient', { dy, branch, scale }) as [tf.Tensor, tf.Tensor];
    return { x: () => dy.clone(), branch: () => dBranch, scale: () => dScale };
  },
};

export const elementwiseTwins: readonly Twin[] = [
  ...activationTwins('gelu', 'Gelu'),
  ...activationTwins('silu', 'Silu'),
  { kernelName: 'GatedSilu', task: gatedTask, gradient: gatedGradient },
  { kernelName: 'GatedSiluGradient', task: gatedGradientTask },
  { kernelName: 'ScaledResidual', task: residualTask, gradient: residualGradient },
  { kernelName: 'ScaledResidualGradient', task: residualGradientTask },
  { kernelName: 'ColumnSum', task: columnSumTask },
];
