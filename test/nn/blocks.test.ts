import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import {
  type Blocks,
  readBlocks,
  residentBlocks,
  residentParams,
  streamedBlocks,
} from '../../src/nn/blocks.js';
import { runBlocks, runParts } from '../../src/nn/run-blocks.js';
import { forward, made, read, type Scale } from './scale-blocks.js';

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
    const y = await runBlocks(blocks, x, forward, {
      after: (i, value) => seen.push([i, value.dataSync()[0] ?? 0]),
    });
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

  test('all parts of a batch go through a block before the next is asked for', async () => {
    const blocks = supply(2);
    const order: string[] = [];
    const told: number[] = [];
    const parts = [tf.tensor1d([1, 2]), tf.tensor1d([3])];
    const states = await runParts(
      blocks,
      parts,
      (params, x, i, part) => {
        order.push(`block ${i}, part ${part}`);
        return forward(params, x);
      },
      { onBlock: (done, total) => told.push(done / total) },
    );
    expect(order).toEqual(['block 0, part 0', 'block 0, part 1', 'block 1, part 0', 'block 1, part 1']);
    expect(told).toEqual([0.25, 0.5, 0.75, 1]);
    expect(states.map((y) => [...y.dataSync()])).toEqual([[6, 12], [18]]);
    expect(parts.every((x) => x.isDisposed)).toBe(true); // they were taken over
    blocks.dispose();
  });

  test('an abort between blocks rejects with its reason and leaks nothing', async () => {
    const x = tf.scalar(1);
    const blocks = supply(4);
    const aborter = new AbortController();
    let done = 0;
    const after = () => {
      if (++done === 2) aborter.abort(reason);
    };
    const run = () => runBlocks(blocks, x, forward, { after, signal: aborter.signal });
    await expect(() => expect(run()).rejects.toBe(reason)).toKeepAsync(0);
    expect(done).toBe(2);
    blocks.dispose();
  });

  test('an abort between the parts of a block ends it there', async () => {
    const blocks = supply(4);
    const aborter = new AbortController();
    let done = 0;
    const onBlock = () => {
      if (++done === 3) aborter.abort(reason);
    };
    const run = () =>
      runParts(blocks, [tf.scalar(1), tf.scalar(2)], forward, { onBlock, signal: aborter.signal });
    await expect(() => expect(run()).rejects.toBe(reason)).toKeepAsync(0);
    expect(done).toBe(3);
    blocks.dispose();
  });

  test('an abort by a timer, a button or Ctrl-C is seen while blocks run', async () => {
    const blocks = supply(9);
    const aborter = new AbortController();
    const slow = (...args: Parameters<typeof forward>) => {
      const end = performance.now() + 1; // a timer of 0 ms is one of 1 ms
      while (performance.now() < end);
      return forward(...args);
    };
    const run = runBlocks(blocks, tf.scalar(1), slow, { signal: aborter.signal });
    setTimeout(() => aborter.abort(reason), 0);
    await expect(run).rejects.toBe(reason);
    blocks.dispose();
  });

  test('an abort before the start runs no block', async () => {
    const signal = AbortSignal.abort(reason);
    const run = () => runBlocks(supply(2), tf.scalar(1), () => expect.unreachable(), { signal });
    await expect(run()).rejects.toBe(reason);
  });

  test('a forward that fails, or who looks at its result, leaks nothing', async () => {
    const x = tf.scalar(1);
    const blocks = supply(3);
    const fail = (i: number): void => {
      if (i === 1) throw reason;
    };
    const failing = (params: Scale, y: tf.Tensor, i: number) => {
      fail(i);
      return forward(params, y);
    };
    await expect(() => expect(runBlocks(blocks, x, failing)).rejects.toBe(reason)).toKeepAsync(0);
    const looking = () => runBlocks(blocks, x, forward, { after: fail });
    await expect(() => expect(looking()).rejects.toBe(reason)).toKeepAsync(0);
    blocks.dispose();
  });

  test('a loop that is left early keeps nothing', async () => {
    const blocks = supply(3);
    await expect(async () => {
      for await (const params of blocks.inOrder()) {
        expect(params.factor.dataSync()[0]).toBe(2);
        break;
      }
    }).toKeepAsync(0);
    blocks.dispose();
  });
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

test('the signal of loading ends the reading of resident blocks, the signal of a run that of streamed ones', async () => {
  const [loading, running] = [new AbortController(), new AbortController()];
  const signals: (AbortSignal | undefined)[] = [];
  const watched = (i: number, signal?: AbortSignal) => {
    signals.push(signal);
    return read(i);
  };
  (await readBlocks(1, watched, 'resident', loading.signal)).dispose();
  const streamed = await readBlocks(1, watched, 'stream', loading.signal);
  loading.abort(); // when all is loaded
  (await runBlocks(streamed, tf.scalar(1), forward, { signal: running.signal })).dispose();
  (await runBlocks(streamed, tf.scalar(1), forward)).dispose();
  expect(signals).toEqual([loading.signal, running.signal, undefined]);
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
