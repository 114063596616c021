import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { residentBlocks } from '../../src/nn/blocks.js';
import { countParameters, disposeTree, leaves, mapTree, readTree } from '../../src/nn/tree.js';

const tree = () => ({
  norm: { weight: tf.ones([3]) },
  eps: 1e-6,
  layers: [{ w: tf.ones([2, 2]) }, { w: tf.zeros([2, 2]), bias: undefined }],
  nothing: null,
});

test('leaves are named by their path, in the order in which they are written', () => {
  expect([...leaves(tree())].map(([path, { shape }]) => [path, shape])).toEqual([
    ['norm.weight', [3]],
    ['layers.0.w', [2, 2]],
    ['layers.1.w', [2, 2]],
  ]);
});

test('a tensor alone is a tree', () => {
  expect([...leaves(tf.scalar(1))].map(([path]) => path)).toEqual(['']);
});

test('mapping keeps the form, and all that is no tensor', () => {
  const paths: string[] = [];
  const doubled = mapTree(tree(), (tensor, path) => {
    paths.push(path);
    return tf.mul(tensor, 2);
  });
  expect(paths).toEqual(['norm.weight', 'layers.0.w', 'layers.1.w']);
  expect(doubled.norm.weight.arraySync()).toEqual([2, 2, 2]);
  expect(doubled.layers).toHaveLength(2);
  expect(Array.isArray(doubled.layers)).toBe(true);
  expect([doubled.eps, doubled.nothing]).toEqual([1e-6, null]);
});

test('parameters are counted by their scalars', () => {
  expect(countParameters(tree())).toBe(3 + 4 + 4);
  expect(countParameters({ scale: tf.scalar(2) })).toBe(1);
});

test('disposing frees all of a tree, blocks inside it too', () => {
  expect(() => disposeTree({ ...tree(), blocks: residentBlocks([tree(), tree()]) })).toKeep(0);
});

test('disposing twice does no harm', () => {
  const once = tree();
  expect(() => {
    disposeTree(once);
    disposeTree(once);
  }).toKeep(-3);
});

test('a tree is read part by part, in the order in which it is written', async () => {
  const order: string[] = [];
  const part = (name: string) => async () => {
    order.push(name);
    return name.toUpperCase();
  };
  expect(await readTree({ b: part('b'), a: part('a') })).toEqual({ b: 'B', a: 'A' });
  expect(order).toEqual(['b', 'a']);
});

test('when a part cannot be read, those before it are freed and those after it not read', async () => {
  const missing = new Error('weight: no such tensor');
  let later = 0;
  const read = () =>
    readTree({
      a: async () => tree(),
      b: async () => tf.ones([2]),
      c: () => Promise.reject(missing),
      d: async () => {
        later++;
      },
    });
  await expect(() => expect(read()).rejects.toBe(missing)).toKeepAsync(0);
  expect(later).toBe(0);
});
