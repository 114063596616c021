import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { Scope } from '../../src/checkpoint/scope.js';
import { ropeFromStart } from '../../src/llama/sequence.js';
import { type CrossAttention, crossAttention } from '../../src/qllama/cross-attention.js';
import { type QueryBlock, queryBlock } from '../../src/qllama/query-block.js';
import { readQueryBlock } from '../../src/qllama/weights.js';
import { seededValues } from '../backend/seeded-values.js';
import { goldenWeights } from '../contrastive/golden-model.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { config, rowsFrom } from './golden-qllama.js';

let layer: QueryBlock & { readonly crossAttn: CrossAttention };
beforeAll(async () => {
  const at = new Scope(goldenWeights).at('qllama.model.layers.0');
  const { crossAttn, ...rest } = await readQueryBlock(at, config, 0);
  if (crossAttn === undefined) throw new Error('expected a cross-attention in layer 0');
  layer = { ...rest, crossAttn };
});
const look = (queries: tf.Tensor, image: tf.Tensor) =>
  crossAttention(config, layer.crossAttn, queries, image);

test('R·B rows of queries read the B images task after task: rows 0, B, 2B… the first', () => {
  const image = seededValues([2, 5, 60], 1);
  const queries = seededValues([6, 7, 64], 2); // three tasks
  const together = look(queries, image);
  for (const task of [0, 1, 2]) {
    const own = look(rowsFrom(queries, 2 * task, 2), image);
    expect(relativeL2(rowsFrom(together, 2 * task, 2), own)).toBeLessThan(1e-6);
  }
  const repeated = look(queries, tf.tile(image as tf.Tensor3D, [3, 1, 1]));
  expect(relativeL2(together, repeated)).toBeLessThan(1e-6);
});

test('rows of queries that are no multiple of the images are refused', () => {
  expect(() => look(tf.zeros([3, 7, 64]), tf.zeros([2, 5, 60]))).toThrow(
    new RangeError('expected queries for 2 images (or a multiple), got 3'),
  );
  expect(() => look(tf.zeros([1, 7, 64]), tf.zeros([2, 5, 60]))).toThrow('got 1');
});

test('shows what it compares, and keeps its result alone', () => {
  const seen: string[] = [];
  const [queries, image] = [seededValues([2, 7, 64], 2), seededValues([2, 5, 60], 1)];
  const tap = (name: string, { shape }: tf.Tensor) => seen.push(`${name} ${shape.join('×')}`);
  expect(() => crossAttention(config, layer.crossAttn, queries, image, tap)).toKeep(1);
  expect(seen).toEqual(['q 2×7×64', 'k 2×5×64']);
});

test('in a layer the image reaches the queries and not the text behind them', () => {
  const x = seededValues([1, config.numQueries + 2, 64], 4);
  const sequence = { rope: ropeFromStart(config, config.numQueries + 2) };
  const run = (seed: number) => queryBlock(config, layer, x, seededValues([1, 5, 60], seed), { sequence }).x;
  const [one, other] = [run(1), run(2)];
  const text = (y: tf.Tensor) => tf.slice(y, [0, config.numQueries, 0], [-1, -1, -1]).arraySync();
  expect(text(other)).toEqual(text(one));
  const queries = (y: tf.Tensor) => tf.slice(y, [0, 0, 0], [-1, config.numQueries, -1]);
  expect(relativeL2(queries(other), queries(one))).toBeGreaterThan(1e-3);
});

test('a layer with fewer positions than queries is refused, and keeps nothing', () => {
  const sequence = { rope: ropeFromStart(config, 5) };
  const [x, image] = [tf.zeros([1, 5, 64]), tf.zeros([1, 5, 60])];
  expect(() => {
    const run = () => queryBlock(config, layer, x, image, { sequence });
    expect(run).toThrow(new RangeError('expected 96 queries in front, got 5 positions'));
  }).toKeep(0);
});
