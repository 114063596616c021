/** The operations whose gradients are tested against finite differences: name, operation, shapes, range. */
import * as tf from '@tensorflow/tfjs-core';

import type { Operation } from './finite-differences.js';
import { seededValues } from './seeded-values.js';

export type Case = [name: string, operation: Operation, shapes: number[][], range?: [number, number]];

const ids = (): tf.Tensor1D => tf.tensor1d([2, 0, 2, 3], 'int32');
const mask = (shape: number[]): tf.Tensor => tf.greater(seededValues(shape, 5), 0);
const one = (parts: tf.Tensor[], i: number): tf.Tensor => parts[i] ?? tf.scalar(Number.NaN);

const elementwise: Case[] = [
  ['neg', tf.neg, [[2, 3]]],
  ['square', tf.square, [[2, 3]]],
  ['abs', tf.abs, [[2, 3]]],
  ['log', tf.log, [[2, 3]], [0.5, 2]],
  ['relu', tf.relu, [[2, 3]]],
  ['erf', tf.erf, [[3, 4]], [-3, 3]],
  ['exp', tf.exp, [[2, 3]]],
  ['sqrt', tf.sqrt, [[2, 3]], [0.5, 2]],
  ['rsqrt', tf.rsqrt, [[2, 3]], [0.5, 2]],
  ['sigmoid', tf.sigmoid, [[2, 3]]],
  ['tanh', tf.tanh, [[2, 3]]],
];

const BROADCASTS: [string, number[], number[]][] = [
  ['of equal shapes', [2, 3], [2, 3]],
  ['with a row', [2, 3, 4], [4]],
  ['with a matrix', [2, 3, 4], [3, 4]],
  ['with a column', [2, 4], [2, 1]],
  ['with a middle axis', [2, 3, 2], [1, 3, 1]],
  ['with a scalar', [2, 3], []],
  ['of crossed axes', [3, 1], [1, 2]],
];

const pairs: Record<string, [Operation, [number, number]?]> = {
  add: [tf.add],
  sub: [tf.sub],
  mul: [tf.mul],
  div: [tf.div, [0.5, 2]],
  pow: [tf.pow, [0.5, 2]],
  squaredDifference: [tf.squaredDifference],
  maximum: [(a, b) => tf.maximum(a, tf.add(b, 0.05))],
  minimum: [(a, b) => tf.minimum(a, tf.add(b, 0.05))],
};
const arithmetic = Object.entries(pairs).flatMap(([name, [operation, range]]) =>
  BROADCASTS.map(([how, a, b]): Case => [`${name} ${how}`, operation, [a, b], range ?? [-1.5, 1.5]]),
);

const reductions: Case[] = [
  ['sum of all', (x) => tf.sum(x), [[2, 3]]],
  ['sum of the last axis', (x) => tf.sum(x, -1), [[2, 3, 2]]],
  ['sum of the first axis', (x) => tf.sum(x, 0, true), [[2, 3, 2]]],
  ['sum of a middle axis', (x) => tf.sum(x, 1), [[2, 3, 2]]],
  ['mean of all', (x) => tf.mean(x), [[2, 3]]],
  ['mean of the last axis', (x) => tf.mean(x, -1, true), [[2, 3, 2]]],
  ['mean of a middle axis', (x) => tf.mean(x, 1), [[2, 3, 2]]],
  ['max of all', (x) => tf.max(x), [[2, 3]]],
  ['max of the last axis', (x) => tf.max(x, -1), [[2, 3]]],
  ['max of the first axis', (x) => tf.max(x, 0, true), [[3, 2]]],
  ['softmax', (x) => tf.softmax(x), [[2, 5]]],
  ['logSoftmax', (x) => tf.logSoftmax(x), [[2, 5]]],
  ['norm', (x) => tf.norm(x, 2, -1, true), [[3, 4]]],
  ['moments', (x) => tf.moments(x, -1, true).variance, [[3, 4]]],
];

const SHAPES: [string, number[], number[]][] = [
  ['of matrices', [3, 4], [4, 2]],
  ['of a narrow by a wide matrix', [3, 2], [2, 5]],
  ['of a batch of one', [1, 3, 4], [1, 4, 2]],
  ['of a tall batch by one matrix', [2, 3, 4], [1, 4, 2]],
  ['of two batches', [2, 3, 4], [2, 4, 2]],
  ['of a matrix by a batch', [1, 3, 4], [2, 4, 2]],
  ['of rank 4', [2, 2, 3, 2], [2, 2, 2, 3]],
];
const swap = (shape: number[]): number[] => [...shape.slice(0, -2), ...shape.slice(-2).reverse()];
const products = SHAPES.flatMap(([how, a, b]) =>
  [false, true].flatMap((tA) =>
    [false, true].map(
      (tB): Case => [
        `matMul ${how}${tA ? ', aᵀ' : ''}${tB ? ', bᵀ' : ''}`,
        (x, y) => tf.matMul(x, y, tA, tB),
        [tA ? swap(a) : a, tB ? swap(b) : b],
      ],
    ),
  ),
);

// biome-ignore format: a case a line
const arrangements: Case[] = [
  ['clone', (x) => tf.clone(x), [[2, 3]]],
  ['cast', (x) => tf.cast(x, 'float32'), [[2, 3]]],
  ['reshape', (x) => tf.reshape(x, [3, 2]), [[2, 3]]],
  ['expandDims', (x) => tf.expandDims(x, 1), [[2, 3]]],
  ['transpose', (x) => tf.transpose(x, [2, 0, 1]), [[2, 3, 2]]],
  ['transpose of a matrix', (x) => tf.transpose(x), [[2, 3]]],
  ['tile', (x) => tf.tile(x, [2, 1, 3]), [[2, 2, 1]]],
  ['tile by one', (x) => tf.tile(x, [1, 1]), [[2, 2]]],
  ['broadcastTo', (x) => tf.broadcastTo(x, [2, 3, 2]), [[3, 1]]],
  ['slice', (x) => tf.slice(x, [0, 1], [-1, 2]), [[2, 4]]],
  ['slice of rows', (x) => tf.slice(x, 1, 1), [[3, 2]]],
  ['pad', (x) => tf.pad(x, [[1, 0], [0, 2]]), [[2, 3]]],
  ['concat', (x, y) => tf.concat([x, y], 1), [[2, 3], [2, 1]]],
  ['concat of the last axis', (x, y) => tf.concat([x, y], -1), [[2, 2], [2, 1]]],
  ['a part of split', (x) => one(tf.split(x, [1, 3], 1), 1), [[2, 4]]],
  ['split whole', (x) => one(tf.split(x, 1, 0), 0), [[2, 2]]],
  ['split and joined', (x) => tf.add(...(tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor])), [[2, 4]]],
  ['stack', (x, y) => tf.stack([x, y], 1), [[2, 3], [2, 3]]],
  ['stack of the last axis', (x, y) => tf.stack([x, y], -1), [[2, 2], [2, 2]]],
  ['a part of unstack', (x) => one(tf.unstack(x, 1), 2), [[2, 3]]],
  ['unstack of the last axis', (x) => one(tf.unstack(x, -1), 1), [[2, 3]]],
  ['gather', (x) => tf.gather(x, ids()), [[4, 2]]],
  ['gather of the second axis', (x) => tf.gather(x, ids(), 1), [[2, 4, 2]]],
  ['gather by a matrix', (x) => tf.gather(x, tf.reshape(ids(), [2, 2])), [[4, 2]]],
  ['where', (x, y) => tf.where(mask([2, 3]), x, y), [[2, 3], [2, 3]]],
  ['where with broadcasting', (x, y) => tf.where(mask([2, 1]), x, y), [[2, 3], [3]]],
];

// biome-ignore format: a case a line
const composed: Case[] = [
  ['addN', (x, y) => tf.addN([x, y, x]), [[2, 3], [2, 3]]],
  ['one input twice', (x) => tf.mul(tf.add(x, x), x), [[2, 3]]],
  ['gelu', (x) => tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))), [[2, 3]]],
  ['silu', (x) => tf.mul(x, tf.sigmoid(x)), [[2, 3]]],
  ['rmsNorm', (x, w) => tf.mul(w, tf.mul(x, tf.rsqrt(tf.mean(tf.square(x), -1, true)))), [[2, 4], [4]]],
];

export const cases = [
  ...elementwise,
  ...arithmetic,
  ...reductions,
  ...products,
  ...arrangements,
  ...composed,
];
