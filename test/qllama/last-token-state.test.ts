import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { lastTokenState } from '../../src/qllama/text-tower.js';

const ids = (rows: readonly number[][]) =>
  tf.tensor2d(rows.flat(), [rows.length, rows[0]?.length ?? 0], 'int32');

describe('the state of the last token', () => {
  // biome-ignore format: a text a line
  const states = () => tf.tensor3d([
    [[0, 1], [10, 11], [20, 21]],
    [[30, 31], [40, 41], [50, 51]],
  ]);

  test('is that of the last id above 0', () => {
    expect(
      lastTokenState(
        states(),
        ids([
          [1, 2, 0],
          [1, 5, 2],
        ]),
      ).arraySync(),
    ).toEqual([
      [10, 11],
      [50, 51],
    ]);
    expect(
      lastTokenState(
        states(),
        ids([
          [2, 0, 0],
          [2, 0, 0],
        ]),
      ).arraySync(),
    ).toEqual([
      [0, 1],
      [30, 31],
    ]);
  });

  test('is found by counting, as in the official code: a 0 between tokens moves it', () => {
    expect(
      lastTokenState(
        states(),
        ids([
          [1, 0, 2],
          [1, 5, 2],
        ]),
      ).arraySync(),
    ).toEqual([
      [10, 11],
      [50, 51],
    ]);
  });

  test('keeps its result alone; ids of another length are an error', () => {
    const own = states();
    const text23 = ids([
      [1, 2, 0],
      [1, 5, 2],
    ]);
    expect(() => lastTokenState(own, text23)).toKeep(1);
    expect(() =>
      lastTokenState(
        own,
        ids([
          [1, 2],
          [1, 2],
        ]),
      ),
    ).toThrow(new RangeError('expected [B=2, T=3], got [2, 2]'));
  });
});
