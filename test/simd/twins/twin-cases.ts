/** Every operation that has a twin, with inputs of some shapes. */
import * as tf from '@tensorflow/tfjs-core';

import { type Activation, gatedSilu, gelu, silu } from '../../../src/nn/activations.js';
import { crossEntropy } from '../../../src/nn/cross-entropy.js';
import { dotProductAttention } from '../../../src/nn/dot-product-attention.js';
import { layerNorm } from '../../../src/nn/layer-norm.js';
import { linear } from '../../../src/nn/linear.js';
import { addResidual } from '../../../src/nn/residual.js';
import { rmsNorm } from '../../../src/nn/rms-norm.js';
import { ropeTable, rotate } from '../../../src/nn/rope.js';
import { takeRows } from '../../../src/nn/take-rows.js';
import type { TwinCase } from './both-ways.js';

type One = readonly [tf.Tensor];
type Two = readonly [tf.Tensor, tf.Tensor];
type Three = readonly [tf.Tensor, tf.Tensor, tf.Tensor]; // as many as the case has shapes

const causalMask = (B: number, T: number, K: number): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: B * T * K }, (_, i) => (i % K <= Math.floor(i / K) % T ? 0 : -3.4e38)),
    [B, T, K],
  );

const attentionOf = (numHeads: number, masked: boolean) => (inputs: readonly tf.Tensor[]) => {
  const [q, k, v] = inputs as Three;
  const [B = 0, T = 0] = q.shape;
  const mask = masked ? causalMask(B, T, k.shape[1] ?? 0) : undefined;
  return dotProductAttention(q, k, v, { numHeads, mask });
};

const linearOf = (activation?: Activation) => (inputs: readonly tf.Tensor[]) => {
  const [x, weight, bias] = inputs as Three;
  return linear({ weight, ...(bias !== undefined && { bias }) }, x, activation);
};

const normed = (inputs: readonly tf.Tensor[]) => {
  const [x, weight, bias] = inputs as Three;
  return bias === undefined ? rmsNorm({ weight }, x, 1e-6) : layerNorm({ weight, bias }, x, 1e-6);
};

const linearCases: readonly TwinCase[] = [
  { kernel: 'Linear', what: 'with a bias', shapes: '2,5,12 12,9 9', op: linearOf() },
  { kernel: 'Linear', what: 'without', shapes: '33,70 70,130', op: linearOf() },
  { kernel: 'Linear', what: 'of a row', shapes: '1,70 70,3', op: linearOf() },
  { kernel: 'Linear', what: 'and gelu', shapes: '4,70 70,31 31', op: linearOf('gelu') },
  { kernel: 'Linear', what: 'and silu', shapes: '4,7 7,31', op: linearOf('silu') },
];

const attentionCases: readonly TwinCase[] = [
  { kernel: 'Attention', what: 'of itself', shapes: '2,9,12 2,9,12 2,9,12', op: attentionOf(3, false) },
  { kernel: 'Attention', what: 'of others', shapes: '3,4,8 3,65,8 3,65,8', op: attentionOf(2, false) },
  { kernel: 'MaskedAttention', what: 'causal', shapes: '3,7,10 3,7,10 3,7,10', op: attentionOf(5, true) },
];

const elementwiseCases: readonly TwinCase[] = [
  { kernel: 'RMSNorm', what: '', shapes: '2,5,13 13', op: normed },
  { kernel: 'LayerNorm', what: '', shapes: '2,5,13 13 13', op: normed },
  { kernel: 'Gelu', what: '', shapes: '3,11', op: (x) => gelu((x as One)[0]) },
  { kernel: 'Silu', what: '', shapes: '3,11', op: (x) => silu((x as One)[0]) },
  { kernel: 'GatedSilu', what: '', shapes: '3,11 3,11', op: (x) => gatedSilu(...(x as Two)) },
  { kernel: 'ScaledResidual', what: '', shapes: '2,3,11 2,3,11 11', op: (x) => addResidual(...(x as Three)) },
];

const rowCases: readonly TwinCase[] = [
  {
    kernel: 'TakeRows',
    what: '',
    shapes: '7,10',
    op: (x) => takeRows((x as One)[0], tf.tensor1d([6, 0, 3, 3], 'int32')),
  },
  {
    kernel: 'Rotate',
    what: '',
    shapes: '2,5,24',
    op: (x) => rotate((x as One)[0], ropeTable([0, 1, 2, 3, 4], 8, 100), 3),
  },
  {
    kernel: 'CrossEntropy',
    what: '',
    shapes: '5,9',
    op: (x) => crossEntropy((x as One)[0], tf.softmax(tf.randomNormal([5, 9], 0, 1, 'float32', 5))),
  },
];

export const smallCases = [...linearCases, ...attentionCases, ...elementwiseCases, ...rowCases];

/** Worth more than one thread. */
export const largeCases: readonly TwinCase[] = [
  { kernel: 'Linear', what: 'large', shapes: '300,256 256,512 512', op: linearOf() },
  { kernel: 'Attention', what: 'large', shapes: '4,65,384 4,65,384 4,65,384', op: attentionOf(8, false) },
];
