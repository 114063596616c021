/** What is lent, allocated and started comes back, however a run ends. */
import { cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { disposeTree } from '../../src/nn/tree.js';
import { Engine } from '../../src/simd/engine.js';
import type { EngineHeap } from '../../src/simd/engine-heap.js';
import { startThread } from '../../src/simd/node-thread.js';
import { ops } from '../../src/simd/ops.js';
import type { StartThread, ThreadHandle } from '../../src/simd/thread-starter.js';
import { embeddingsOf, openTiny, readTiny, tinyFolder } from '../contrastive/tiny-checkpoint.js';
import { temporaryFolder } from '../package/tiny-model.js';

const folder = temporaryFolder();
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start({ threads: 2 });
});
afterAll(async () => {
  await engine.dispose();
  folder.remove();
});

/** A multiple of 8. More of them take longer: FORWARDS=1000 npx vitest run … test/simd/leaks.test.ts. */
const FORWARDS = Number(process.env.FORWARDS ?? 120);

/** What must be the same before and after. */
const held = () => ({
  tensors: tf.memory().numTensors,
  data: (tf.backend() as unknown as { numDataIds(): number }).numDataIds(), // of the wasm backend
  lent: engine.lentBytes,
  heap: (engine.kernels.heap as EngineHeap).usedBytes, // an engine has that one
});

test('streamed forwards with aborts at random moments keep no tensor, no weight, no byte', async () => {
  const opened = await openTiny();
  const nothing = held();
  const model = await readTiny(opened, 'stream', engine);
  await embeddingsOf(opened.config, model); // now there is the largest scratch memory
  const before = held();
  const reason = new Error('enough');
  const outcomes = { done: 0, aborted: 0 };
  const run = async (milliseconds: number): Promise<void> => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(reason), milliseconds);
    const signal = aborter.signal;
    const end = await embeddingsOf(opened.config, model, { signal }).catch((error) => error);
    clearTimeout(timer);
    outcomes[end === reason ? 'aborted' : 'done']++;
    if (end !== reason) expect(end.image).toHaveLength(2 * opened.config.clipEmbedDim); // nothing partial
  };
  const rss = process.memoryUsage.rss();
  for (let i = 0; i < FORWARDS / 2; i++) await run((i * 7) % 30);
  for (let i = 0; i < FORWARDS / 2; i += 4)
    await Promise.all([0, 9, 17, 120].map((delay) => run(delay + (i % 20))));
  expect(held()).toEqual(before);
  expect(process.memoryUsage.rss() - rss).toBeLessThan(100e6);
  expect(outcomes.done + outcomes.aborted).toBe(FORWARDS);
  expect(Math.min(outcomes.done, outcomes.aborted)).toBeGreaterThan(5);
  disposeTree(model);
  await opened.close();
  expect(held()).toEqual({ ...nothing, heap: before.heap - before.lent + nothing.lent });
});

test('a shard that shrinks while it is streamed ends the run; made whole again, the model works', async () => {
  const path = join(folder.path, 'shrinking');
  cpSync(tinyFolder, path, { recursive: true });
  const shard = join(path, 'model-00001-of-00003.safetensors'); // of the vision tower
  const whole = readFileSync(shard);
  const opened = await openTiny(path);
  const model = await readTiny(opened, 'stream', engine);
  const expected = await embeddingsOf(opened.config, model);
  const before = held();
  const onBlock = (blocks: number) => void (blocks === 1 && truncateSync(shard, 400_000));
  await expect(embeddingsOf(opened.config, model, { onBlock })).rejects.toThrow('got a shorter file');
  expect(held()).toEqual(before);
  writeFileSync(shard, whole, { flag: 'r+' });
  expect(await embeddingsOf(opened.config, model)).toEqual(expected);
  disposeTree(model);
  await opened.close();
});

test('forty engines started and disposed in a row leave no thread', async () => {
  const handles: ThreadHandle[] = [];
  const starter: StartThread = (start) => {
    const handle = startThread(start);
    handles.push(handle);
    return handle;
  };
  for (let i = 0; i < 40; i++) {
    const one = await Engine.start({ threads: 3 }, starter);
    if (i % 2 === 0) await one.ready(); // the others are disposed while their threads come up
    one.kernels.run({ op: ops.nothing, units: 10, fields: [] });
    await one.dispose();
  }
  expect(handles).toHaveLength(80);
  expect(handles.filter((handle) => handle.isAlive(false))).toEqual([]);
});
