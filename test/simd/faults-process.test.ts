/** An engine and the process around it: in a worker thread, at `process.exit`, at Ctrl-C, without shared memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';

import { Engine } from '../../src/simd/engine.js';
import { canUseThreads } from '../../src/simd/engine-options.js';
import { ops } from '../../src/simd/ops.js';
import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());
afterEach(() => {
  vi.unstubAllGlobals();
});

/** A worker thread that starts an engine with two threads, says so, and works for half a minute. */
const busyWorker = `
  const { parentPort } = require('node:worker_threads');
  (async () => {
    const { tsImport } = await import('tsx/esm/api');
    const { Engine } = await tsImport('./src/simd/engine.ts', 'file://' + process.cwd() + '/');
    const engine = await Engine.start({ threads: 2 });
    await engine.ready();
    const sums = engine.kernels.heap.allocate(4096);
    const peak = (rounds) => engine.kernels.run({ op: ${ops.peak}, units: 64, fields: [rounds, sums], scratchBytes: 16384 });
    peak(1);
    parentPort.postMessage({ threads: engine.threads, sum: engine.kernels.floats(sums, 1)[0] });
    peak(50_000);
  })();`;

/** Seconds until `promise` settles. */
async function secondsOf(promise: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await promise;
  return (performance.now() - started) / 1000;
}

describe('an engine in a worker thread', () => {
  test('has threads of its own, and goes with the worker, in the middle of a job', async () => {
    const worker = new Worker(busyWorker, { eval: true });
    const [message] = await once(worker, 'message');
    expect(message).toEqual({ threads: 2, sum: 1024 * 12 });
    expect(await secondsOf(worker.terminate())).toBeLessThan(2);
  });

  test('goes with the process, in the middle of a job', async () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(busyWorker)}, { eval: true });
      worker.on('message', () => setTimeout(() => { console.log('exit'); process.exit(7); }, 100));`;
    const child = spawn(process.execPath, ['-e', script]);
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    expect(await secondsOf(exit)).toBeLessThan(2);
    expect((await exit)[0]).toBe(7);
  });
});

test('Ctrl-C ends a streamed run within two seconds, with exit code 130', async () => {
  const model = writeTinyModel(`${folder.path}/tiny`);
  const picture = 'test/fixtures/reference/preprocess/png-rgba/image.png';
  const pictures = Array(20_000).fill(picture); // half a minute of work
  const argv = [
    '--import',
    'tsx',
    'src/cli/main.ts',
    'embed',
    ...pictures,
    '--model',
    model,
    '--memory',
    'stream',
  ];
  const child = spawn(process.execPath, argv);
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(child.exitCode).toBeNull(); // it is at work
  const exit = once(child, 'exit');
  child.kill('SIGINT');
  expect(await secondsOf(exit)).toBeLessThan(2);
  expect((await exit)[0]).toBe(130);
});

describe('where threads cannot share memory there is one, which works', () => {
  test.each<[string, () => void]>([
    ['SharedArrayBuffer is missing', () => vi.stubGlobal('SharedArrayBuffer', undefined)],
    ['the page is not isolated', () => vi.stubGlobal('crossOriginIsolated', false)],
    [
      'the main thread may not wait',
      () =>
        vi.spyOn(Atomics, 'wait').mockImplementation(() => {
          throw new TypeError('Atomics.wait cannot be called in this context');
        }),
    ],
  ])('%s', async (_, arrange) => {
    arrange();
    expect(canUseThreads()).toBe(false);
    const engine = await Engine.start({ threads: 4 });
    expect(engine.threads).toBe(1);
    engine.kernels.run({ op: ops.nothing, units: 3, fields: [] });
    const fill = async (bytes: Uint8Array) => void bytes.fill(1);
    const weight = await engine.lend([2, 2], 'F32', fill);
    expect(weight.toTensor().shape).toEqual([2, 2]);
    await engine.dispose();
    vi.restoreAllMocks();
  });
});
