import { cpSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disposeTree } from '../../src/nn/tree.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { CountingLender } from '../checkpoint/counting-lender.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { embeddingsOf, type OpenedTiny, openTiny, readTiny, tinyFolder } from './tiny-checkpoint.js';

const folder = temporaryFolder();
const shard = 'model-00001-of-00003.safetensors'; // of the vision tower
let tiny: OpenedTiny;
beforeAll(async () => {
  tiny = await openTiny();
});
afterAll(async () => {
  await tiny.close();
  folder.remove();
});

test('a shard that shrinks while its blocks are streamed ends the run, and leaves nothing behind', async () => {
  const path = join(folder.path, 'shrinking');
  cpSync(tinyFolder, path, { recursive: true });
  const opened = await openTiny(path);
  const lender = new CountingLender();
  const model = await readTiny(opened, 'stream', lender);
  const before = [tf.memory().numTensors, lender.bytes];
  const done: number[] = [];
  const onBlock = (blocks: number) => {
    done.push(blocks);
    if (blocks === 1) truncateSync(join(path, shard), 400_000);
  };
  const run = () => withoutTwins(() => embeddingsOf(opened.config, model, { onBlock }));
  await expect(run()).rejects.toThrow(`${join(path, shard)}: expected 637322 bytes, got a shorter file`);
  expect(done.length).toBeLessThan(opened.config.vision.numLayers);
  expect([tf.memory().numTensors, lender.bytes]).toEqual(before);
  await expect(run()).rejects.toThrow('got a shorter file'); // again, and not something else
  disposeTree(model);
  await opened.close();
});

test('a truncated shard is refused when it is opened', async () => {
  const path = join(folder.path, 'truncated');
  cpSync(tinyFolder, path, { recursive: true });
  truncateSync(join(path, shard), 600_000);
  await expect(openTiny(path)).rejects.toThrow(`${join(path, shard)}: `);
});

test('files that are closed during a run are an error', async () => {
  const opened = await openTiny();
  const lender = new CountingLender();
  const model = await readTiny(opened, 'stream', lender);
  const before = lender.bytes;
  const onBlock = (blocks: number) => void (blocks === 1 && opened.close());
  const run = withoutTwins(() => embeddingsOf(opened.config, model, { onBlock }));
  await expect(run).rejects.toThrow('got a closed one');
  expect(lender.bytes).toBe(before);
  disposeTree(model);
});

test('a hundred runs side by side, with aborts at random moments, keep no tensor, no weight and no memory', async () => {
  const lender = new CountingLender();
  const model = await readTiny(tiny, 'stream', lender);
  const lent = lender.bytes;
  const reason = new Error('enough');
  const outcomes = { done: 0, aborted: 0 };
  const run = async (number: number): Promise<void> => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(reason), (number * 37) % 150);
    try {
      await withoutTwins(() => embeddingsOf(tiny.config, model, { signal: aborter.signal }));
      outcomes.done++;
    } catch (error) {
      expect(error).toBe(reason);
      outcomes.aborted++;
    } finally {
      clearTimeout(timer);
    }
  };
  const rounds = async (from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i += 4) await Promise.all([0, 1, 2, 3].map((offset) => run(i + offset)));
  };
  await rounds(0, 20); // warm
  const rss = process.memoryUsage.rss();
  await expect(() => rounds(20, 100)).toKeepAsync(0);
  expect(outcomes.done + outcomes.aborted).toBe(100);
  expect(outcomes.aborted).toBeGreaterThan(10);
  expect(lender.bytes).toBe(lent);
  expect(process.memoryUsage.rss() - rss).toBeLessThan(100e6);
  disposeTree(model);
});
