import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { readBlocks, streamedBlocks } from '../../src/nn/blocks.js';
import { nextTurn } from '../../src/nn/next-turn.js';
import { runBlocks } from '../../src/nn/run-blocks.js';
import { forward, made, madeWith, read, type Scale } from './scale-blocks.js';

describe('reading ahead', () => {
  test('block i + 1 has been asked for when block i computes, and block i is freed before i + 2 is', async () => {
    const events: string[] = [];
    const blocks = streamedBlocks<Scale>(4, async (i) => {
      events.push(`read ${i}`);
      await nextTurn(); // as from a disk: it is not there at once
      return madeWith(i, () => events.push(`free ${i}`));
    });
    const computed = (params: Scale, x: tf.Tensor, i: number) => {
      events.push(`compute ${i}`);
      return forward(params, x);
    };
    (await runBlocks(blocks, tf.scalar(1), computed)).dispose();
    expect(events).toEqual([
      ...['read 0', 'read 1', 'compute 0', 'free 0'],
      ...['read 2', 'compute 1', 'free 1'],
      ...['read 3', 'compute 2', 'free 2'],
      ...['compute 3', 'free 3'],
    ]);
  });

  test('the event loop turns before a block computes: what was asked for has been handed to the system', async () => {
    let handedOver = -1;
    const blocks = streamedBlocks<Scale>(3, async (i) => {
      for (let step = 0; step < 20; step++) await null; // the layers between a block and its file
      handedOver = i;
      return made(i);
    });
    const computed = (params: Scale, x: tf.Tensor, i: number) => {
      expect(handedOver).toBe(Math.min(i + 1, 2));
      return forward(params, x);
    };
    (await runBlocks(blocks, tf.scalar(1), computed)).dispose();
  });

  test('never more than two blocks are in memory', async () => {
    const before = tf.memory().numTensors;
    const blocks = streamedBlocks(5, read);
    const inMemory: number[] = [];
    for await (const _ of blocks.inOrder()) inMemory.push(tf.memory().numTensors - before);
    expect(inMemory).toEqual([2, 2, 2, 2, 1]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('each run reads every block once', async () => {
    const reads: number[] = [];
    const blocks = streamedBlocks(2, (i) => {
      reads.push(i);
      return read(i);
    });
    for (let pass = 0; pass < 2; pass++) (await runBlocks(blocks, tf.scalar(1), forward)).dispose();
    expect(reads).toEqual([0, 1, 0, 1]);
  });

  test('with none ahead, each is read once the one before it is freed', async () => {
    const events: string[] = [];
    const readLogged = async (i: number): Promise<Scale> => {
      events.push(`read ${i}`);
      return madeWith(i, () => events.push(`free ${i}`));
    };
    const log = (i: number) => events.push(`done ${i}`);
    for (const blocks of [streamedBlocks(2, readLogged, 0), await readBlocks(2, readLogged, 'one-by-one')]) {
      (await runBlocks(blocks, tf.scalar(1), forward, { after: log })).dispose();
      expect(events.splice(0)).toEqual(['read 0', 'done 0', 'free 0', 'read 1', 'done 1', 'free 1']);
    }
  });
});
