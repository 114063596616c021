/** Gradients through several twins, and what of them there is not. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { gelu } from '../../../src/nn/activations.js';
import { dotProductAttention } from '../../../src/nn/dot-product-attention.js';
import { layerNorm } from '../../../src/nn/layer-norm.js';
import { linear } from '../../../src/nn/linear.js';
import { addResidual } from '../../../src/nn/residual.js';
import { withoutTwins } from '../../../src/nn/twin.js';
import { relativeL2 } from '../../nn/relative-l2.js';

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

type Six = readonly [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];

let x: tf.Tensor;
let weights: tf.Variable[];
beforeAll(() => {
  x = normal([2, 5, 12], 1);
  weights = [[12, 36], [36], [12, 12], [12], [12], [12]].map((shape, i) =>
    tf.variable(normal(shape, i + 2), true, `weight ${i}`),
  );
});

/** x + scale·(attention of a normalised x, then GELU): each input of the twins is a result of others. */
function block(input: tf.Tensor): tf.Tensor {
  const [qkv, bias, out, gain, shift, scale] = weights as unknown as Six;
  return tf.tidy(() => {
    const normed = layerNorm({ weight: gain, bias: shift }, input, 1e-6);
    const [q, k, v] = tf.split(linear({ weight: qkv, bias }, normed), 3, -1) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    const mixed = tf.tidy(() => gelu(dotProductAttention(q, k, v, { numHeads: 3 })));
    return addResidual(input, linear({ weight: out }, mixed, 'gelu'), scale);
  });
}

test('of variables, through twins that follow each other and in a tidy within a tidy', () => {
  const loss = () => tf.mean(tf.square(block(x))) as tf.Scalar; // over all axes
  const gradients = () => {
    const { value, grads } = tf.variableGrads(loss);
    return [value, ...weights.map(({ name }) => grads[name] as tf.Tensor)];
  };
  expect(() =>
    tf.tidy(() => {
      const composed = withoutTwins(gradients);
      gradients().forEach((tensor, i) => {
        expect(relativeL2(tensor, composed[i] ?? [])).toBeLessThan(1e-5);
      });
    }),
  ).toKeep(0);
});

test('of an input that is used twice they add up', () => {
  const twice = (y: tf.Tensor) => addResidual(y, y, weights[5] as tf.Tensor);
  const gradient = () => tf.grad(twice)(x);
  expect(relativeL2(gradient(), withoutTwins(gradient))).toBeLessThan(1e-6);
});

test('of gradients there are none: the error says of which, and the composed form has them', () => {
  const second = (fn: (y: tf.Tensor) => tf.Tensor) => tf.grad((y: tf.Tensor) => tf.grad(fn)(y));
  expect(() => tf.tidy(() => second(gelu)(x))).toThrow('gradient function not found for GeluGradient');
  expect(() => tf.tidy(() => second(block)(x))).toThrow('Gradient');
  const curvature = tf.tidy(() => withoutTwins(() => second(gelu)(x)).dataSync());
  expect(curvature.every(Number.isFinite)).toBe(true);
});

test('of a mask there are none', () => {
  const gradient = tf.grad((mask: tf.Tensor) => dotProductAttention(x, x, x, { numHeads: 3, mask }));
  expect(() => tf.tidy(() => gradient(tf.zeros([2, 5, 5])))).toThrow(
    'Cannot backprop through input mask. Available gradients found: q,k,v',
  );
});

test('after all of these errors the tape is off and twins work', () => {
  expect(() => block(x)).toKeep(1);
});
