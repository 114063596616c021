import { expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { type InternVitConfig, internVit6B } from '../../src/vision/config.js';
import { readInternVit } from '../../src/vision/weights.js';
import { type OnnxInput, onnxModel } from './contestants/onnx-session.js';
import { valuesOf } from './contestants/values.js';
import { pixelTensor, statesOf } from './contestants/vit-b16.js';
import { attentionModel } from './onnx/attention.js';
import { internVitModel } from './onnx/internvit.js';
import { matmulModel } from './onnx/matmul.js';
import { OnnxGraph } from './onnx/model.js';
import { Message, varint } from './onnx/protobuf.js';
import { relativeL2 } from './statistics.js';

/** What onnxruntime-web computes. */
async function computed(model: Uint8Array, inputs: Readonly<Record<string, OnnxInput>>) {
  return (await onnxModel({ threads: 1 }, model, inputs)).output();
}

const input = (name: string, ...shape: number[]): OnnxInput => ({
  values: valuesOf(
    name,
    shape.reduce((size, n) => size * n, 1),
  ),
  shape,
});

test.each([
  [0, [0]],
  [127, [127]],
  [128, [128, 1]],
  [300, [172, 2]],
  [2 ** 32, [128, 128, 128, 128, 16]],
])('%i is written in groups of seven bits', (value, bytes) => {
  expect([...varint(value)]).toEqual(bytes);
});

test.each([-1, 0.5, 2 ** 53])('%d is no number of a message', (value) => {
  expect(() => varint(value)).toThrow(new RangeError(`expected an integer of at least 0, got ${value}`));
});

test('messages nest, and their pieces are joined in order', () => {
  const inner = new Message().integer(1, 150).text(2, 'é');
  const outer = new Message().message(3, inner).float(4, 1);
  expect([...outer.join()]).toEqual([26, 7, 8, 150, 1, 18, 2, 195, 169, 37, 0, 0, 128, 63]);
});

test('a matrix product', async () => {
  const [m, k, n] = [3, 5, 4];
  const [x, weights] = [input('x', m, k), valuesOf('weights', k * n)];
  const y = await computed(matmulModel(weights, k, n), { x });
  const expected = Float32Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let sum = 0;
    for (let j = 0; j < k; j++) sum += (x.values[row * k + j] ?? 0) * (weights[j * n + column] ?? 0);
    return sum;
  });
  expect(relativeL2(y, expected)).toBeLessThan(1e-6);
});

test('attention', async () => {
  const [H, T, D] = [2, 7, 4];
  const [q, k, v] = [input('q', H, T, D), input('k', H, T, D), input('v', H, T, D)];
  const y = await computed(attentionModel(H, T, D), { q, k, v });
  const at = ({ values }: OnnxInput, h: number, t: number, d: number) => values[(h * T + t) * D + d] ?? 0;
  const indices = (length: number) => Array.from({ length }, (_, i) => i);
  const expected = indices(H * T * D).map((i) => {
    const [h, t, d] = [Math.floor(i / (T * D)), Math.floor(i / D) % T, i % D];
    const weights = indices(T).map((s) => {
      const score = indices(D).reduce((sum, e) => sum + at(q, h, t, e) * at(k, h, s, e), 0);
      return Math.exp(score / Math.sqrt(D));
    });
    const sum = weights.reduce((a, b) => a + b);
    return weights.reduce((mixed, weight, s) => mixed + (weight / sum) * at(v, h, s, d), 0);
  });
  expect(relativeL2(y, Float32Array.from(expected))).toBeLessThan(1e-6);
});

test('InternViT computes what src/vision computes', async () => {
  const config: InternVitConfig = {
    ...internVit6B,
    ...{ imageSize: 16, patchSize: 8, hiddenSize: 24, numHeads: 3, intermediateSize: 40, numLayers: 3 },
  };
  const model = await internVitModel(config, syntheticWeights(1));
  const pixels = input('pixels', 2, 3, 16, 16);
  const params = await readInternVit(new Scope(syntheticWeights(1)), config);
  const ours = await withoutTwins(() => statesOf(config, params, pixelTensor(config, pixels.values)));
  const theirs = await computed(model, { pixels });
  expect(theirs.length).toBe(2 * 5 * 24);
  expect(relativeL2(theirs, ours)).toBeLessThan(1e-5);
});

test('a graph whose nodes are out of order is refused by onnxruntime', async () => {
  const graph = new OnnxGraph();
  const y = graph.node('Add', ['x', 'nowhere']);
  const model = graph.write([{ name: 'x', shape: [1] }], [{ name: y, shape: [1] }]);
  await expect(computed(model, { x: input('x', 1) })).rejects.toThrow(/nowhere/);
});
