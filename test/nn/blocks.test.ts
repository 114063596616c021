import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import {
  type Blocks,
  readBlocks,
  residentBlocks,
  residentParams,
  runBlocks,
  streamedBlocks,
} from '../../src/nn/blocks.js';

interface Scale {
  readonly factor: tf.Tensor;
}
const made = (i: number): Scale => ({ factor: tf.scalar(i + 2) });
const read = async (i: number) => made(i);
const forward = ({ factor }: Scale, x: tf.Tensor): tf.Tensor => tf.mul(x, factor);
const suppliers: [string, (length: number) => Blocks<Scale>][] = [
  ['resident', (length) => residentBlocks(Array.from({ length }, (_, i) => made(i)))],
  ['streamed', (length) => streamedBlocks(length, read)],
];
const reason = new Error('the user closed the page');

describe.each(suppliers)('%s blocks', (_, supply) => {
  test('are applied in order, and the given x stays', async () => {
    const blocks = supply(3);
    const x = tf.scalar(1);
    const seen: [number, number][] = [];
    const y = await runBlocks(blocks, x, forward, (i, value) => seen.push([i, value.dataSync()[0] ?? 0]));
    expect(y.dataSync()[0]).toBe(2 * 3 * 4);
    expect(seen).toEqual([
      [0, 2],
      [1, 6],
      [2, 24],
    ]);
    expect(x.isDisposed).toBe(false);
    blocks.dispose();
  });

  test('keep their result alone, and nothing after disposal', async () => {
    const x = tf.scalar(1);
    await expect(async () => {
      const blocks = supply(4);
      (await runBlocks(blocks, x, forward)).dispose();
      blocks.dispose();
    }).toKeepAsync(0);
  });

  test('none of them: the result is x, as a tensor of its own', async () => {
    const x = tf.scalar(5);
    const y = await runBlocks(supply(0), x, forward);
    expect(y).not.toBe(x);
    expect(y.dataSync()[0]).toBe(5);
  });

  test('an abort between blocks rejects with its reason and leaks nothing', async () => {
    const x = tf.scalar(1);
    const blocks = supply(4);
    const aborter = new AbortController();
    let done = 0;
    const stopAfterTwo = () => {
      if (++done === 2) aborter.abort(reason);
    };
    const run = () => runBlocks(blocks, x, forward, stopAfterTwo, aborter.signal);
    await expect(() => expect(run()).rejects.toBe(reason)).toKeepAsync(0);
    expect(done).toBe(2);
    blocks.dispose();
  });

  test('an abort by a timer, a button or Ctrl-C is seen while blocks run', async () => {
    const blocks = supply(9);
    const aborter = new AbortController();
    const run = runBlocks(blocks, tf.scalar(1), forward, undefined, aborter.signal);
    setTimeout(() => aborter.abort(reason), 0);
    await expect(run).rejects.toBe(reason);
    blocks.dispose();
  });

  test('an abort before the start runs no block', async () => {
    const run = () =>
      runBlocks(supply(2), tf.scalar(1), () => expect.unreachable(), undefined, AbortSignal.abort(reason));
    await expect(run()).rejects.toBe(reason);
  });

  test('a forward that fails leaks nothing', async () => {
    const x = tf.scalar(1);
    const blocks = supply(3);
    const failing = (params: Scale, y: tf.Tensor, i: number) => {
      if (i === 1) throw reason;
      return forward(params, y);
    };
    await expect(() => expect(runBlocks(blocks, x, failing)).rejects.toBe(reason)).toKeepAsync(0);
    blocks.dispose();
  });

  test.each([-1, 2])('block %d of two is an error', async (i) => {
    const message = `expected a block below 2, got ${i}`;
    await expect(supply(2).use(i, forward as never)).rejects.toThrow(new RangeError(message));
  });
});

test('at most one streamed block is in memory', async () => {
  const inMemory: number[] = [];
  const before = tf.memory().numTensors;
  const blocks = streamedBlocks(5, read);
  for (let i = 0; i < 5; i++) {
    await blocks.use(i, () => inMemory.push(tf.memory().numTensors - before));
  }
  expect(inMemory).toEqual([1, 1, 1, 1, 1]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a streamed block is read again at each use', async () => {
  const reads: number[] = [];
  const blocks = streamedBlocks(2, (i) => {
    reads.push(i);
    return read(i);
  });
  for (let pass = 0; pass < 2; pass++) (await runBlocks(blocks, tf.scalar(1), forward)).dispose();
  expect(reads).toEqual([0, 1, 0, 1]);
});

test('a block that cannot be read rejects with the error of its reader', async () => {
  const blocks = streamedBlocks<Scale>(3, (i) => (i === 1 ? Promise.reject(reason) : read(i)));
  const x = tf.scalar(1);
  await expect(() => expect(runBlocks(blocks, x, forward)).rejects.toBe(reason)).toKeepAsync(0);
});

test('resident blocks are read at once, streamed ones when they are used', async () => {
  const reads: number[] = [];
  const counted = (i: number) => {
    reads.push(i);
    return read(i);
  };
  const streamed = await readBlocks(3, counted, 'stream');
  expect(reads).toEqual([]);
  const resident = await readBlocks(3, counted, 'resident');
  expect(reads).toEqual([0, 1, 2]);
  expect([streamed.length, resident.length]).toEqual([3, 3]);
});

test('resident blocks of which one cannot be read keep none', async () => {
  const reading = () => readBlocks(3, (i) => (i === 2 ? Promise.reject(reason) : read(i)), 'resident');
  await expect(() => expect(reading()).rejects.toBe(reason)).toKeepAsync(0);
});

test('training gets all blocks of a resident supplier; streamed ones cannot be trained', () => {
  const all = [made(0), made(1)];
  expect(residentParams(residentBlocks(all))).toBe(all);
  expect(() => residentParams(streamedBlocks(1, read))).toThrow(
    new TypeError('expected resident blocks, got streamed ones; read the model with memory: resident'),
  );
});
