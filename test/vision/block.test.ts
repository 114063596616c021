import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import type { Residual } from '../../src/nn/residual.js';
import type { Tensor } from '../../src/nn/tensor.js';
import { mapTree } from '../../src/nn/tree.js';
import { type Block, block } from '../../src/vision/block.js';
import { mlp } from '../../src/vision/mlp.js';
import { readBlock } from '../../src/vision/weights.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.vision;
let params: Block;
let x: Tensor<'B N C'>;
beforeAll(async () => {
  params = await readBlock(new Scope(goldenWeights).at('vision_model.encoder.layers.1'), config);
  x = seededValues([2, 5, 60], 1);
});

describe('a block', () => {
  test('does not know the order of its tokens: permuting them permutes its output', () => {
    const order = tf.tensor1d([3, 0, 4, 1, 2], 'int32');
    const permuted = block(config, params, tf.gather(x, order, 1));
    const expected = tf.gather(block(config, params, x), order, 1);
    expect(relativeL2(permuted, expected)).toBeLessThan(1e-6);
  });

  test('with a LayerScale of 0 passes its input through', () => {
    const silent = { ...params, ls1: tf.zeros([60]), ls2: tf.zeros([60]) };
    expect(block(config, silent, x).arraySync()).toEqual(x.arraySync());
  });

  test('hands both of its branches with their layer scales to the residual rule', () => {
    const branches: tf.Tensor[] = [];
    const scales: (tf.Tensor | undefined)[] = [];
    const residual: Residual = (stream, branch, scale) => {
      branches.push(tf.keep(branch.clone()));
      scales.push(scale);
      return tf.add(stream, branch);
    };
    const seen = new Map<string, tf.Tensor>();
    const tap = (name: string, value: tf.Tensor) => seen.set(name, tf.keep(value.clone()));
    const y = block(config, params, x, { residual, tap });
    const [attended = x, transformed = x] = branches;
    expect(branches).toHaveLength(2);
    expect(scales).toEqual([params.ls1, params.ls2]);
    expect(attended.arraySync()).toEqual((seen.get('attn') ?? x).arraySync());
    expect(transformed.arraySync()).toEqual((seen.get('mlp') ?? x).arraySync());
    expect(y.arraySync()).toEqual(tf.add(tf.add(x, attended), transformed).arraySync());
  });

  test('names what arises in it', () => {
    const seen: string[] = [];
    block(config, params, x, { tap: (name, { shape }) => seen.push(`${name} ${shape.join('×')}`) });
    expect(seen).toEqual([
      'norm1 2×5×60',
      'qkv 2×5×180',
      'q_norm 2×5×60',
      'k_norm 2×5×60',
      'attn 2×5×60',
      'after_attn 2×5×60',
      'mlp 2×5×60',
    ]);
  });

  test.each([
    ['width', [2, 5, 64], 'expected [..., C=60], got [2, 5, 64]'],
    ['rank', [5, 60], 'expected [B, N, C=60], got [5, 60]'],
  ])('refuses states of another %s, and keeps nothing', (_, shape, message) => {
    const wrong = tf.zeros(shape);
    expect(() => {
      expect(() => block(config, params, wrong)).toThrow(new RangeError(message));
    }).toKeep(0);
  });

  test('keeps its result alone, with or without a tap', () => {
    expect(() => block(config, params, x)).toKeep(1);
    expect(() => block(config, params, x, { tap: (_, value) => value.dataSync() })).toKeep(1);
  });
});

/** A block of 4 channels in 2 heads with random parameters, and how to put others in their place. */
function tinyBlock() {
  const tiny = { ...config, hiddenSize: 4, numHeads: 2, intermediateSize: 6 };
  const vector = (seed: number, C = 4) => seededValues([C], seed, 0.5, 1.5);
  const matrix = (seed: number, In: number, Out: number) => ({
    weight: seededValues([In, Out], seed, -1, 1),
    bias: seededValues([Out], seed + 1, -0.5, 0.5),
  });
  const own: Block = {
    norm1: { weight: vector(1) },
    attn: {
      qkv: matrix(2, 4, 12),
      qNorm: { weight: vector(4) },
      kNorm: { weight: vector(5) },
      proj: matrix(6, 4, 4),
    },
    ls1: vector(8),
    norm2: { weight: vector(9) },
    mlp: { fc1: matrix(10, 4, 6), fc2: matrix(12, 6, 4) },
    ls2: vector(14),
  };
  return { tiny, own };
}

test('the gradient of every parameter and input is that of finite differences', () => {
  const { tiny, own } = tinyBlock();
  const parameters: tf.Tensor[] = [];
  mapTree(own, (tensor) => {
    parameters.push(tensor);
    return tensor;
  });
  const operation = (input: tf.Tensor, ...others: tf.Tensor[]) => {
    let i = 0;
    return block(
      tiny,
      mapTree(own, () => others[i++] ?? tf.scalar(Number.NaN)),
      input,
    );
  };
  // A step of 1e-2 leaves about 1e-4 of curvature, and 1e-5 of rounding in float32.
  expect(gradientError(operation, [seededValues([1, 3, 4], 20), ...parameters])).toBeLessThan(2e-3);
});

test('the feed-forward part sees each token alone', () => {
  const one = mlp(params.mlp, tf.slice(x, [0, 2, 0], [1, 1, -1]));
  const all = mlp(params.mlp, x);
  expect(relativeL2(tf.slice(all, [0, 2, 0], [1, 1, -1]), one)).toBeLessThan(1e-6);
  expect(() => mlp(params.mlp, x)).toKeep(1);
  expect(() => mlp(params.mlp, tf.zeros([1, 5, 61]))).toThrow('expected [..., In=60], got [1, 5, 61]');
});
