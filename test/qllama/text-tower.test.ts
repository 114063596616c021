import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { residentWeight } from '../../src/llama/token-embedding.js';
import { residentParams } from '../../src/nn/blocks.js';
import {
  lastTokenState,
  type TextTower,
  textSequence,
  textStates,
  trainTextStates,
} from '../../src/qllama/text-tower.js';
import { readTextTower } from '../../src/qllama/weights.js';
import { goldenConfig, goldenIds, goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';

const config = goldenConfig.qllama; // 4 layers
const ids = (rows: readonly number[][]) =>
  tf.tensor2d(rows.flat(), [rows.length, rows[0]?.length ?? 0], 'int32');
let resident: TextTower;
let streamed: TextTower;
let text: tf.Tensor;
beforeAll(async () => {
  const at = new Scope(goldenWeights).at('qllama.model');
  resident = await readTextTower(at, config);
  streamed = await readTextTower(at, config, 'stream');
  text = ids(goldenIds); // lengths 5 and 3 of 8
});
const tokens = (y: tf.Tensor, from: number, count: number) => tf.slice(y, [0, from, 0], [-1, count, -1]);

test('streamed and resident layers give the same states, bit for bit', async () => {
  const expected = await textStates(config, resident, text);
  expect((await textStates(config, streamed, text)).arraySync()).toEqual(expected.arraySync());
});

test.each([0, 1, 3])('the tower is causal: token %i + 1 changes no state up to it', async (t) => {
  const row = [1, 7, 9, 12, 2];
  const changed = row.map((id, i) => (i === t + 1 ? 30 : id));
  const plain = await textStates(config, resident, ids([row]));
  const other = await textStates(config, resident, ids([changed]));
  expect(tokens(other, 0, t + 1).arraySync()).toEqual(tokens(plain, 0, t + 1).arraySync());
  expect(relativeL2(tokens(other, t + 1, 1), tokens(plain, t + 1, 1))).toBeGreaterThan(1e-2);
});

test('padding on the right does not change the state of the last token', async () => {
  const row = [1, 7, 9, 12, 2];
  const state = async (padding: number) => {
    const padded = ids([[...row, ...Array.from({ length: padding }, () => 0)]]);
    return lastTokenState(await textStates(config, resident, padded), padded);
  };
  expect(relativeL2(await state(3), await state(0))).toBeLessThan(1e-6);
  expect(relativeL2(await state(75), await state(0))).toBeLessThan(1e-6);
});

test('texts of a batch do not see each other', async () => {
  const both = await textStates(config, resident, text);
  const second = await textStates(config, resident, ids(goldenIds.slice(1)));
  expect(relativeL2(tf.slice(both, 1, 1), second)).toBeLessThan(1e-6);
});

test('states are the output of the last layer, normed', async () => {
  const outputs: tf.Tensor[] = [];
  const tap = (name: string, y: tf.Tensor) => name === 'layer.3' && outputs.push(tf.keep(y.clone()));
  const states = await textStates(config, resident, text, { tap });
  const [x] = outputs;
  if (x === undefined) throw new Error('expected a tap of layer 3');
  const rms = tf.sqrt(tf.mean(tf.square(x), -1, true));
  expect(relativeL2(states, tf.mul(tf.div(x, rms), resident.norm.weight))).toBeLessThan(1e-5);
  expect(() => textSequence(config, text)).toKeep(3);
});

test('a tap sees every layer and its attention; progress is told after each', async () => {
  const names: string[] = [];
  const told: string[] = [];
  const tap = (name: string) => names.push(name);
  const onBlock = (done: number, total: number) => told.push(`${done} of ${total}`);
  await textStates(config, resident, text, { tap, onBlock });
  expect(names).toEqual([0, 1, 2, 3].flatMap((i) => [`layer.${i}.self_attn`, `layer.${i}`]));
  expect(told).toEqual(['1 of 4', '2 of 4', '3 of 4', '4 of 4']);
});

describe.each(['resident', 'streamed'])('the %s tower', (which) => {
  const tower = () => (which === 'resident' ? resident : streamed);

  test('keeps its result alone', async () => {
    await expect(() => textStates(config, tower(), text)).toKeepAsync(1);
  });

  test('aborted between layers rejects with the reason and leaks nothing', async () => {
    const reason = new Error('enough');
    const aborter = new AbortController();
    const onBlock = (done: number) => (done === 3 ? aborter.abort(reason) : undefined);
    const run = () => textStates(config, tower(), text, { signal: aborter.signal, onBlock });
    await expect(() => expect(run()).rejects.toBe(reason)).toKeepAsync(0);
  });

  test.each([
    ['an unknown id', [[1, 50, 2]], "token ids: expected 0…49, got 50; is it this model's tokenizer?"],
    [
      'padding on the left',
      [
        [1, 5, 2],
        [0, 1, 2],
      ],
      'token ids: expected padding (0) on the right, got row 1 that begins with it',
    ],
    [
      'a text without a token',
      [[0, 0]],
      'token ids: expected padding (0) on the right, got row 0 that begins with it',
    ],
  ])('refuses %s, and leaks nothing', async (_, rows, message) => {
    const wrong = ids(rows);
    await expect(() => expect(textStates(config, tower(), wrong)).rejects.toThrow(message)).toKeepAsync(0);
  });
});

describe('for training', () => {
  const params = () => ({
    embedding: residentWeight(resident.tokens),
    blocks: residentParams(resident.blocks),
    norm: resident.norm,
  });

  test('the tower gives the states of inference', async () => {
    const expected = await textStates(config, resident, text);
    expect(trainTextStates(config, params(), text).arraySync()).toEqual(expected.arraySync());
    expect(() => trainTextStates(config, params(), text)).toKeep(1);
  });

  test('padding has no gradient through the last token', () => {
    const loss = (embedding: tf.Tensor): tf.Scalar =>
      tf.sum(lastTokenState(trainTextStates(config, { ...params(), embedding }, text), text));
    const gradient = tf.grad(loss)(params().embedding);
    const sizes = tf.sum(tf.abs(gradient), 1).dataSync();
    const touched = [...sizes.keys()].filter((id) => sizes[id] !== 0);
    expect(touched).toEqual([1, 2, 5, 7, 9, 12]); // the ids of the texts, without 0
  });
});
