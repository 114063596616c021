/** Every operation both ways: its twin against its composed form, results and gradients. */
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { gatedSilu, gelu, silu } from '../../../src/nn/activations.js';
import { crossEntropy } from '../../../src/nn/cross-entropy.js';
import { dotProductAttention } from '../../../src/nn/dot-product-attention.js';
import { layerNorm } from '../../../src/nn/layer-norm.js';
import { linear } from '../../../src/nn/linear.js';
import { addResidual } from '../../../src/nn/residual.js';
import { rmsNorm } from '../../../src/nn/rms-norm.js';
import { ropeTable, rotate } from '../../../src/nn/rope.js';
import { takeRows } from '../../../src/nn/take-rows.js';
import { twin, withoutTwins } from '../../../src/nn/twin.js';
import { relativeL2 } from '../../nn/relative-l2.js';

interface Case {
  /** The twin that must exist, lest nothing is compared. */
  readonly kernel: string;
  readonly what: string;
  readonly shapes: readonly number[][];
  readonly op: (inputs: readonly tf.Tensor[]) => tf.Tensor;
}

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

const linearOf = (inputs: readonly tf.Tensor[], activation?: 'gelu' | 'silu') => {
  const [x, weight, bias] = inputs as Three;
  return linear({ weight, ...(bias !== undefined && { bias }) }, x, activation);
};

const normed = (inputs: readonly tf.Tensor[]) => {
  const [x, weight, bias] = inputs as Three;
  return bias === undefined ? rmsNorm({ weight }, x, 1e-6) : layerNorm({ weight, bias }, x, 1e-6);
};

const cases: readonly Case[] = [
  { kernel: 'Linear', what: 'with a bias', shapes: [[2, 5, 12], [12, 9], [9]], op: (x) => linearOf(x) },
  {
    kernel: 'Linear',
    what: 'without',
    shapes: [
      [33, 70],
      [70, 130],
    ],
    op: (x) => linearOf(x),
  },
  {
    kernel: 'Linear',
    what: 'of a row',
    shapes: [
      [1, 70],
      [70, 3],
    ],
    op: (x) => linearOf(x),
  },
  { kernel: 'Linear', what: 'and gelu', shapes: [[4, 70], [70, 31], [31]], op: (x) => linearOf(x, 'gelu') },
  {
    kernel: 'Linear',
    what: 'and silu',
    shapes: [
      [4, 7],
      [7, 31],
    ],
    op: (x) => linearOf(x, 'silu'),
  },
  {
    kernel: 'Linear',
    what: 'large enough for threads',
    shapes: [[300, 256], [256, 512], [512]],
    op: (x) => linearOf(x),
  },
  {
    kernel: 'Attention',
    what: 'of itself',
    shapes: [
      [2, 9, 12],
      [2, 9, 12],
      [2, 9, 12],
    ],
    op: attentionOf(3, false),
  },
  {
    kernel: 'Attention',
    what: 'of others',
    shapes: [
      [3, 4, 8],
      [3, 65, 8],
      [3, 65, 8],
    ],
    op: attentionOf(2, false),
  },
  {
    kernel: 'MaskedAttention',
    what: 'causal',
    shapes: [
      [3, 7, 10],
      [3, 7, 10],
      [3, 7, 10],
    ],
    op: attentionOf(5, true),
  },
  {
    kernel: 'Attention',
    what: 'of many',
    shapes: [
      [4, 65, 384],
      [4, 65, 384],
      [4, 65, 384],
    ],
    op: attentionOf(8, false),
  },
  { kernel: 'RMSNorm', what: '', shapes: [[2, 5, 13], [13]], op: normed },
  { kernel: 'LayerNorm', what: '', shapes: [[2, 5, 13], [13], [13]], op: normed },
  { kernel: 'Gelu', what: '', shapes: [[3, 11]], op: (x) => gelu((x as Three)[0]) },
  { kernel: 'Silu', what: '', shapes: [[3, 11]], op: (x) => silu((x as Three)[0]) },
  {
    kernel: 'GatedSilu',
    what: '',
    shapes: [
      [3, 11],
      [3, 11],
    ],
    op: (x) => gatedSilu((x as Three)[0], (x as Three)[1]),
  },
  {
    kernel: 'TakeRows',
    what: '',
    shapes: [[7, 10]],
    op: (x) => takeRows((x as Three)[0], tf.tensor1d([6, 0, 3, 3], 'int32')),
  },
  {
    kernel: 'Rotate',
    what: '',
    shapes: [[2, 5, 24]],
    op: (x) => rotate((x as Three)[0], ropeTable([0, 1, 2, 3, 4], 8, 100), 3),
  },
  {
    kernel: 'CrossEntropy',
    what: '',
    shapes: [[5, 9]],
    op: (x) => crossEntropy((x as Three)[0], tf.softmax(tf.randomNormal([5, 9], 0, 1, 'float32', 5))),
  },
  {
    kernel: 'ScaledResidual',
    what: '',
    shapes: [[2, 3, 11], [2, 3, 11], [11]],
    op: (x) => addResidual(...(x as Three)),
  },
];

/** The result, and the gradient of every input of Σ result∘weights with fixed weights. */
function resultAndGradients({ op }: Case, inputs: readonly tf.Tensor[]): tf.Tensor[] {
  const result = op(inputs);
  const dy = tf.randomNormal(result.shape, 0, 1, 'float32', 99);
  return [result, ...tf.grads((...x: tf.Tensor[]) => op(x))([...inputs], dy)];
}

test.each(cases)('$kernel $what: result and gradients are those of the composed form', (given) => {
  expect(twin(given.kernel)).toBeDefined();
  withoutTwins(() => expect(twin(given.kernel)).toBeUndefined());
  expect(() =>
    tf.tidy(() => {
      const inputs = given.shapes.map((shape, i) => tf.randomNormal(shape, 0, 1, 'float32', i + 1));
      const composed = withoutTwins(() => resultAndGradients(given, inputs));
      const fused = resultAndGradients(given, inputs);
      expect(fused.map(({ shape }) => shape)).toEqual(composed.map(({ shape }) => shape));
      fused.forEach((tensor, i) => {
        expect(relativeL2(tensor, composed[i] ?? [])).toBeLessThan(3e-6);
      });
    }),
  ).toKeep(0);
});

test('without twins holds until the promise settles, and comes back after an error', async () => {
  const inside = withoutTwins(async () => {
    await Promise.resolve();
    return twin('Linear');
  });
  expect(await inside).toBeUndefined();
  expect(twin('Linear')).toBeDefined();
  await expect(withoutTwins(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(() =>
    withoutTwins(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(twin('Linear')).toBeDefined();
});
