import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { hasPadding, lengthsOf, positionsOf, ropeAt, ropeFromStart } from '../../src/llama/sequence.js';
import { ropeTable, rotate } from '../../src/nn/rope.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { seededValues } from '../backend/seeded-values.js';
import { plainConfig } from './small-llama.js';

const headDim = plainConfig.hiddenSize / plainConfig.numHeads;
const tables = ({ cos, sin }: ReturnType<typeof ropeTable>) => [cos.arraySync(), sin.arraySync()];
const tableOf = (...positions: number[]) => tables(ropeTable(positions, headDim, plainConfig.ropeBase));

// biome-ignore format: matrices
describe('a batch of a text with two paddings, a whole one, and one with padding in it', () => {
  const visible = [
    [0, 0, 1, 1],
    [1, 1, 1, 1],
    [1, 0, 1, 1],
  ];

  test('real tokens are counted, padding stands at 1', () => {
    expect(positionsOf(visible)).toEqual([
      [1, 1, 0, 1],
      [0, 1, 2, 3],
      [0, 1, 1, 2],
    ]);
  });

  test('what comes next stands behind the real tokens', () => {
    expect(lengthsOf(visible)).toEqual([2, 4, 3]);
  });

  test('each row has rotary tables of its own, one behind the other', () => {
    const own = ropeAt(plainConfig, positionsOf(visible));
    expect(own.cos.shape).toEqual([12, headDim / 2]);
    expect(tables(own)).toEqual(tableOf(1, 1, 0, 1, 0, 1, 2, 3, 0, 1, 1, 2));
  });
});

test('rows at the same positions share one table', () => {
  expect(tables(ropeAt(plainConfig, [[5, 6], [5, 6]]))).toEqual(tableOf(5, 6)); // biome-ignore format: rows
  expect(tables(ropeAt(plainConfig, [[7]]))).toEqual(tableOf(7));
  expect(tables(ropeFromStart(plainConfig, 3))).toEqual(tableOf(0, 1, 2));
  expect(() => ropeAt(plainConfig, [[1, 2], [0, 1]])).toKeep(2); // biome-ignore format: rows
});

test('any padding is padding', () => {
  expect(hasPadding([[1, 1], [1, 1]])).toBe(false); // biome-ignore format: rows
  expect(hasPadding([[1, 1], [0, 1]])).toBe(true); // biome-ignore format: rows
});

test('with a table for each row, each row turns as it does alone, to the bit', () => {
  const positions = [[1, 1, 0], [0, 1, 2], [4, 9, 2]]; // biome-ignore format: rows
  const x = seededValues([3, 3, 64], 3);
  for (const both of [<T>(fn: () => T) => fn(), withoutTwins]) {
    both(() => {
      const together = rotate(x, ropeAt(plainConfig, positions), plainConfig.numHeads);
      for (const [b, row] of positions.entries()) {
        const alone = rotate(tf.slice(x, [b, 0, 0], [1, -1, -1]), ropeAt(plainConfig, [row]), 4);
        expect(tf.slice(together, [b, 0, 0], [1, -1, -1]).arraySync()).toEqual(alone.arraySync());
      }
    });
  }
});
