import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { residentBlocks } from '../../src/nn/blocks.js';
import { nextTurn } from '../../src/nn/next-turn.js';
import { countParameters, disposeTree, leaves, mapTree, readTree } from '../../src/nn/tree.js';
import type { LentWeight } from '../../src/nn/weight.js';

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

/** Settles after some turns of the event loop. */
async function after<T>(turns: number, settle: () => T): Promise<T> {
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  return settle();
}

test('the parts of a tree are asked for at once, in the order in which it is written, and keep that order', async () => {
  const order: string[] = [];
  const part = (name: string, turns: number) => () => {
    order.push(`ask ${name}`);
    return after(turns, () => {
      order.push(`have ${name}`);
      return name.toUpperCase();
    });
  };
  const reading = readTree({ b: part('b', 3), a: part('a', 1) });
  expect(order).toEqual(['ask b', 'ask a']);
  expect(Object.entries(await reading)).toEqual([
    ['b', 'B'],
    ['a', 'A'],
  ]);
  expect(order.slice(2)).toEqual(['have a', 'have b']);
});

test('when parts cannot be read, the others are freed, and the error is that of the first in the tree', async () => {
  const [first, second] = [new Error('a: no such tensor'), new Error('b: no such tensor')];
  const fail = (error: Error) => (): never => {
    throw error;
  };
  const read = () =>
    readTree({
      before: () => after(4, tree), // arrives when two have failed
      a: () => after(3, fail(first)),
      b: () => after(1, fail(second)),
      after: async () => tf.ones([2]),
    });
  await expect(() => expect(read()).rejects.toBe(first)).toKeepAsync(0);
  const throwing = readTree({ a: fail(second), b: async () => tf.ones([2]) });
  await expect(throwing).rejects.toBe(second); // not thrown at once
});

test('a lent weight is a leaf: counted, given back with the tree, and not taken for a tensor', () => {
  let given = 0;
  const toTensor = () => expect.unreachable();
  const lent: LentWeight = { shape: [3, 5], kind: 'BF16', toTensor, dispose: () => void given++ };
  const linear = { weight: lent, bias: tf.ones([3]) };
  expect([...leaves(linear)].map(([path]) => path)).toEqual(['bias']);
  expect(countParameters(linear)).toBe(18);
  expect(mapTree(linear, (tensor) => tensor).weight).toBe(lent);
  disposeTree(linear);
  expect(given).toBe(1);
});
