/** The twin of `rotate`, the rotary position embedding, and its gradient: the rotation back. */
import type * as tf from '@tensorflow/tfjs-core';

import { rotary, rotaryBackward } from '../rotary.js';
import type { Task } from '../workplace.js';
import { type Attributes, runOne, single, type Twin, type TwinCall } from './define.js';

/** x [B, T, C] with tables cos, sin [T, D/2]: each head's halves turned, forwards or backwards. */
function rotateTask(rotate: typeof rotary): (call: TwinCall) => Task {
  return ({ input, attributes }) => {
    const [B = 0, T = 0, C = 0] = input('x').shape;
    const heads = Number(attributes.numHeads);
    const shape = { rows: B * T, positions: T, heads, half: C / heads / 2, xStride: 4 * C, yStride: 4 * C };
    return {
      inputs: [input('x'), input('cos'), input('sin')],
      outputs: [input('x').shape],
      flops: 3 * B * T * C,
      compute: (kernels, [x = 0, cos = 0, sin = 0], [y = 0]) => rotate(kernels, { ...shape, x, cos, sin, y }),
    };
  };
}

/** The tables are constants. */
const gradient: Twin['gradient'] = {
  inputsToSave: ['cos', 'sin'],
  gradFunc: (dy, saved, attributes) => {
    const [cos, sin] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
    return { x: () => runOne('RotateGradient', { x: single(dy), cos, sin }, attributes as Attributes) };
  },
};

export const rotateTwins: readonly Twin[] = [
  { kernelName: 'Rotate', task: rotateTask(rotary), gradient },
  { kernelName: 'RotateGradient', task: rotateTask(rotaryBackward) },
];
