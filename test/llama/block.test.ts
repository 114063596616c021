import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { type Sequence, selfAttention } from '../../src/llama/attention.js';
import { type LlamaBlock, llamaBlock, outputAlone } from '../../src/llama/block.js';
import type { LlamaConfig } from '../../src/llama/config.js';
import { gatedMlp } from '../../src/llama/mlp.js';
import { readLlamaBlock } from '../../src/llama/weights.js';
import { causalMask } from '../../src/nn/mask.js';
import { ropeTable } from '../../src/nn/rope.js';
import type { Tap } from '../../src/nn/tap.js';
import type { Tensor } from '../../src/nn/tensor.js';
import { mapTree } from '../../src/nn/tree.js';
import { gradientError } from '../backend/finite-differences.js';
import { seededValues } from '../backend/seeded-values.js';
import { goldenConfig, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.qllama; // 64 channels, 4 heads of 16
const T = 6;
let params: LlamaBlock;
let x: Tensor<'B T C'>;
beforeAll(async () => {
  params = await readLlamaBlock(new Scope(goldenWeights).at('qllama.model.layers.1'), config);
  x = seededValues([2, T, 64], 1);
});

/** Nothing padded, positions from `first`. */
function sequence(first = 0, headDim = 16): Sequence {
  const positions = Array.from({ length: T }, (_, t) => first + t);
  return { rope: ropeTable(positions, headDim, 10000), mask: causalMask(tf.ones([2, T])) };
}
/** A layer's output. */
const textBlock = (of: LlamaConfig, layer: LlamaBlock, h: tf.Tensor, at: Sequence, tap?: Tap): tf.Tensor =>
  outputAlone(() => llamaBlock(of, layer, h, { sequence: at, tap }));
/** x with another vector in place of token t. */
function perturbed(t: number): tf.Tensor {
  const isToken = tf.reshape(tf.oneHot(tf.tensor1d([t], 'int32'), T), [1, T, 1]);
  return tf.add(x, tf.mul(isToken, seededValues([64], 5)));
}
const upTo = (y: tf.Tensor, t: number) => tf.slice(y, [0, 0, 0], [-1, t + 1, -1]).arraySync();
const beyond = (y: tf.Tensor, t: number) => tf.slice(y, [0, t + 1, 0], [-1, -1, -1]);

describe('a layer', () => {
  test.each([0, 2, 4])('is causal: a change of token %i + 1 leaves all tokens up to it unchanged', (t) => {
    const plain = textBlock(config, params, x, sequence());
    const changed = textBlock(config, params, perturbed(t + 1), sequence());
    expect(upTo(changed, t)).toEqual(upTo(plain, t));
    expect(relativeL2(beyond(changed, t), beyond(plain, t))).toBeGreaterThan(1e-2);
  });

  test('a token is heard by those after it', () => {
    const plain = textBlock(config, params, x, sequence());
    const changed = textBlock(config, params, perturbed(0), sequence());
    for (let t = 1; t < T; t++) {
      const token = (y: tf.Tensor) => tf.slice(y, [0, t, 0], [-1, 1, -1]);
      expect(relativeL2(token(changed), token(plain))).toBeGreaterThan(1e-4);
    }
  });

  test('knows positions by their distance: all moved by 96, nothing changes', () => {
    const moved = textBlock(config, params, x, sequence(96));
    expect(relativeL2(moved, textBlock(config, params, x, sequence()))).toBeLessThan(1e-5);
  });

  test('knows the order of its tokens', () => {
    const swap = tf.tensor1d([1, 0, 2, 3, 4, 5], 'int32');
    const last = (y: tf.Tensor) => tf.slice(y, [0, T - 1, 0], [-1, 1, -1]);
    const swapped = textBlock(config, params, tf.gather(x, swap, 1), sequence());
    expect(relativeL2(last(swapped), last(textBlock(config, params, x, sequence())))).toBeGreaterThan(1e-4);
  });

  test('names its attention', () => {
    const seen: string[] = [];
    const tap = (name: string, { shape }: tf.Tensor) => seen.push(`${name} ${shape.join('×')}`);
    textBlock(config, params, x, sequence(), tap);
    expect(seen).toEqual(['self_attn 2×6×64']);
  });

  test.each([
    ['width', [2, T, 60], 'expected [..., C=64], got [2, 6, 60]'],
    ['rank', [T, 64], 'expected [B, T, C=64], got [6, 64]'],
    ['length', [2, T + 1, 64], 'expected [T=7, D/2=8], got [6, 8]'],
  ])('refuses states of another %s', (_, shape, message) => {
    expect(() => textBlock(config, params, tf.zeros(shape), sequence())).toThrow(new RangeError(message));
  });

  test('keeps its result alone', () => {
    const own = sequence();
    expect(() => textBlock(config, params, x, own)).toKeep(1);
    expect(() => llamaBlock(config, params, x, { sequence: own })).toKeep(3); // and keys, and values
    expect(() => selfAttention(config, params.selfAttn, x, own)).toKeep(3);
  });
});

test('the gated feed-forward part is (silu(x·G) ⊙ x·U)·D', () => {
  const silu = (v: number) => v / (1 + Math.exp(-v));
  const mlp = {
    gateProj: { weight: tf.tensor2d([[1, -2]]) },
    upProj: { weight: tf.tensor2d([[3, 4]]) },
    downProj: { weight: tf.tensor2d([[5], [7]]) },
  };
  const y = gatedMlp(mlp, tf.tensor3d([[[0.5], [-1]]]));
  const expected = [0.5, -1].map((v) => silu(v) * 3 * v * 5 + silu(-2 * v) * 4 * v * 7);
  expect(y.shape).toEqual([1, 2, 1]);
  expect(relativeL2(y, expected)).toBeLessThan(1e-6);
  expect(() => gatedMlp(params.mlp, x)).toKeep(1);
});

test('the gradient of every parameter and input is that of finite differences', () => {
  const tiny = { ...config, hiddenSize: 4, numHeads: 2, intermediateSize: 6 };
  const kernel = (seed: number, In: number, Out: number) => ({
    weight: seededValues([In, Out], seed, -1, 1),
  });
  const norm = (seed: number) => ({ weight: seededValues([4], seed, 0.5, 1.5) });
  const own: LlamaBlock = {
    inputNorm: norm(1),
    selfAttn: {
      qProj: kernel(2, 4, 4),
      kProj: kernel(3, 4, 4),
      vProj: kernel(4, 4, 4),
      oProj: kernel(5, 4, 4),
    },
    postAttentionNorm: norm(6),
    mlp: { gateProj: kernel(7, 4, 6), upProj: kernel(8, 4, 6), downProj: kernel(9, 6, 4) },
  };
  const parameters: tf.Tensor[] = [];
  mapTree(own, (tensor) => {
    parameters.push(tensor);
    return tensor;
  });
  const positions = { rope: sequence(0, 2).rope, mask: causalMask(tf.ones([1, T])) };
  const operation = (input: tf.Tensor, ...others: tf.Tensor[]) => {
    let i = 0;
    return textBlock(
      tiny,
      mapTree(own, () => others[i++] ?? tf.scalar(Number.NaN)),
      input,
      positions,
    );
  };
  // A step of 1e-2 leaves about 4e-4 of curvature here: no state comes near 0, where a norm bends sharply.
  expect(gradientError(operation, [seededValues([1, T, 4], 21), ...parameters])).toBeLessThan(2e-3);
});
