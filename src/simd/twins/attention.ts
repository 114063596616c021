/** The twin of `dotProductAttention`, fused, and its gradients. */
import type * as tf from '@tensorflow/tfjs-core';

import { type AttentionInputs, attention, type Rows } from '../attention.js';
import { attentionBackward } from '../attention-backward.js';
import type { Task } from '../workplace.js';
import { type Attributes, run, single, type Twin, type TwinCall } from './define.js';

/** The sizes of a call: q [B, T, C], k and v [B, K, C], C = heads·headDim. */
function sizesOf({ input, attributes }: TwinCall): Omit<AttentionInputs, 'q' | 'k' | 'v' | 'mask'> {
  const [batches = 0, queries = 0, C = 0] = input('q').shape;
  const [, keys = 0] = input('k').shape;
  const heads = Number(attributes.numHeads);
  return { batches, queries, keys, heads, headDim: C / heads };
}

type Sizes = ReturnType<typeof sizesOf>;

const rowsOf = (address: number, rows: number, { heads, headDim }: Sizes): Rows => ({
  address,
  rowStride: 4 * heads * headDim,
  batchStride: 4 * heads * headDim * rows,
});

/** Products of `count` pairs of matrices a head, and what its softmax costs. */
const flopsOf = ({ batches, heads, queries, keys, headDim }: Sizes, count: number): number =>
  batches * heads * queries * keys * (2 * count * headDim + 10);

/** The inputs of a call, with the mask where there is one. */
function operands(call: TwinCall): tf.TensorInfo[] {
  const mask = call.optional('mask');
  return [call.input('q'), call.input('k'), call.input('v'), ...(mask ? [mask] : [])];
}

/** softmax(q·kᵀ/√D + mask)·v: [B, T, C]. */
function attentionTask(call: TwinCall): Task {
  const sizes = sizesOf(call);
  const { queries: T, keys: K } = sizes;
  return {
    inputs: operands(call),
    outputs: [call.input('q').shape],
    flops: flopsOf(sizes, 2),
    compute: (kernels, [q = 0, k = 0, v = 0, mask], [out = 0]) =>
      attention(kernels, {
        ...sizes,
        q: rowsOf(q, T, sizes),
        k: rowsOf(k, K, sizes),
        v: rowsOf(v, K, sizes),
        out: rowsOf(out, T, sizes),
        ...(mask !== undefined && { mask }),
      }),
  };
}

/** dq, dk, dv from dy, q, k, v: [B, T, C], [B, K, C], [B, K, C]. */
function attentionGradientTask(call: TwinCall): Task {
  const sizes = sizesOf(call);
  const { queries: T, keys: K } = sizes;
  const { shape: queryShape } = call.input('q');
  const { shape: keyShape } = call.input('k');
  return {
    inputs: [call.input('dy'), ...operands(call)],
    outputs: [queryShape, keyShape, keyShape],
    flops: flopsOf(sizes, 5),
    compute: (kernels, [dy = 0, q = 0, k = 0, v = 0, mask], [dq = 0, dk = 0, dv = 0]) =>
      attentionBackward(kernels, {
        ...sizes,
        q: rowsOf(q, T, sizes),
        k: rowsOf(k, K, sizes),
        v: rowsOf(v, K, sizes),
        dOut: rowsOf(dy, T, sizes),
        dq: rowsOf(dq, T, sizes),
        dk: rowsOf(dk, K, sizes),
        dv: rowsOf(dv, K, sizes),
        ...(mask !== undefined && { mask }),
      }),
  };
}

/** The mask is a constant. */
function gradientWith(inputsToSave: string[]): Omit<tf.GradConfig, 'kernelName'> {
  return {
    inputsToSave,
    gradFunc: (dy, saved, attributes) => {
      const inputs = Object.fromEntries(inputsToSave.map((name, i) => [name, saved[i] as tf.Tensor]));
      const gradients = run('AttentionGradient', { dy: single(dy), ...inputs }, attributes as Attributes);
      const [q, k, v] = gradients as [tf.Tensor, tf.Tensor, tf.Tensor]; // the outputs of the task
      return { q: () => q, k: () => k, v: () => v };
    },
  };
}

export const attentionTwins: readonly Twin[] = [
  { kernelName: 'Attention', task: attentionTask, gradient: gradientWith(['q', 'k', 'v']) },
  { kernelName: 'MaskedAttention', task: attentionTask, gradient: gradientWith(['q', 'k', 'v', 'mask']) },
  { kernelName: 'AttentionGradient', task: attentionGradientTask },
];
