import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { streamedBlocks } from '../../src/nn/blocks.js';
import { nextTurn } from '../../src/nn/next-turn.js';
import { runBlocks } from '../../src/nn/run-blocks.js';
import { forward, made, madeWith, read, type Scale } from './scale-blocks.js';

const reason = new Error('the disk was pulled out');

test.each([0, 1, 2])('block %d cannot be read: the error of its reader, and nothing is kept', async (bad) => {
  const blocks = streamedBlocks<Scale>(3, (i) => (i === bad ? Promise.reject(reason) : read(i)));
  const x = tf.scalar(1);
  await expect(() => expect(runBlocks(blocks, x, forward)).rejects.toBe(reason)).toKeepAsync(0);
});

test('a reader that throws at once is an error like any other', async () => {
  const blocks = streamedBlocks<Scale>(3, (i) => {
    if (i === 1) throw reason;
    return read(i);
  });
  const run = () => runBlocks(blocks, tf.scalar(1), forward);
  await expect(run()).rejects.toBe(reason);
});

test('where one block has room but not two, they are read one by one', async () => {
  let inMemory = 0;
  let most = 0;
  let refused = 0;
  const blocks = streamedBlocks<Scale>(4, async (i) => {
    if (inMemory === 1) {
      refused++;
      throw new Error('no room');
    }
    inMemory++;
    most = Math.max(most, inMemory);
    return madeWith(i, () => inMemory--);
  });
  const y = await runBlocks(blocks, tf.scalar(1), forward);
  expect(y.dataSync()[0]).toBe(2 * 3 * 4 * 5);
  expect([most, inMemory, refused]).toEqual([1, 0, 1]); // after one refusal nothing is read ahead
});

test('an abort during a read ends the run with its reason, and frees what was read ahead', async () => {
  const aborter = new AbortController();
  const blocks = streamedBlocks<Scale>(3, async (i, signal) => {
    for (let turn = 0; turn < 5; turn++) {
      await nextTurn();
      if (i === 1 && turn === 2) aborter.abort(reason);
      signal?.throwIfAborted();
    }
    return made(i);
  });
  const run = () => runBlocks(blocks, tf.scalar(1), forward, { signal: aborter.signal });
  await expect(() => run().catch((error) => expect(error).toBe(reason))).toKeepAsync(1); // the scalar x
});

test('when a forward fails, the block that was being read is waited for and freed', async () => {
  let isReading = false;
  const blocks = streamedBlocks<Scale>(3, async (i) => {
    isReading = true;
    for (let turn = 0; turn < 3; turn++) await nextTurn();
    isReading = false;
    return made(i);
  });
  const x = tf.scalar(1);
  const failing = (): tf.Tensor => {
    expect(isReading).toBe(true);
    throw reason;
  };
  await expect(() => expect(runBlocks(blocks, x, failing)).rejects.toBe(reason)).toKeepAsync(0);
  expect(isReading).toBe(false);
});

test('blocks that are disposed during a run end it at the next one', async () => {
  const blocks = streamedBlocks(4, read);
  const x = tf.scalar(1);
  const seen: number[] = [];
  const after = (i: number) => {
    seen.push(i);
    if (i === 1) blocks.dispose();
  };
  const message = 'these blocks were disposed; read the model again';
  await expect(() => expect(runBlocks(blocks, x, forward, { after })).rejects.toThrow(message)).toKeepAsync(
    0,
  );
  expect(seen).toEqual([0, 1, 2]); // block 2 was there already
  await expect(runBlocks(blocks, x, forward)).rejects.toThrow(message);
});

test('runs beside each other have their own blocks; one that fails leaves the others alone', async () => {
  const blocks = streamedBlocks(3, read);
  const x = tf.scalar(1);
  const failing = (params: Scale, y: tf.Tensor, i: number) => {
    if (i === 1) throw reason;
    return forward(params, y);
  };
  const all = async () => {
    const runs = [forward, failing, forward].map((fn) => runBlocks(blocks, x, fn));
    const [first, second, third] = await Promise.allSettled(runs);
    expect(second).toEqual({ status: 'rejected', reason });
    for (const run of [first, third]) {
      const y = run?.status === 'fulfilled' ? run.value : expect.unreachable();
      expect(y.dataSync()[0]).toBe(24);
      y.dispose();
    }
  };
  await expect(all).toKeepAsync(0);
});

test('200 runs with aborts at random moments keep no tensor', async () => {
  const x = tf.scalar(1);
  const blocks = streamedBlocks<Scale>(4, async (i, signal) => {
    await nextTurn();
    signal?.throwIfAborted();
    return made(i);
  });
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return seed / 2 ** 32;
  };
  const outcomes = { done: 0, aborted: 0 };
  const run = async (): Promise<void> => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(reason), random() * 20);
    try {
      (await runBlocks(blocks, x, forward, { signal: aborter.signal })).dispose();
      outcomes.done++;
    } catch (error) {
      expect(error).toBe(reason);
      outcomes.aborted++;
    } finally {
      clearTimeout(timer);
    }
  };
  await expect(async () => {
    for (let i = 0; i < 20; i++) await Promise.all(Array.from({ length: 10 }, run));
  }).toKeepAsync(0);
  expect(outcomes.done + outcomes.aborted).toBe(200);
  expect(outcomes.aborted).toBeGreaterThan(20);
});
