import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { Engine } from '../../src/simd/engine.js';
import { EngineError } from '../../src/simd/engine-error.js';
import { checkSimd } from '../../src/simd/kernel-module.js';
import { startThread } from '../../src/simd/node-thread.js';
import { ops } from '../../src/simd/ops.js';
import type { ThreadHandle } from '../../src/simd/thread-starter.js';

const nothing = { op: ops.nothing, units: 100, fields: [] };
/** No op has this number: its units trap. */
const trap = { op: 999, units: 100, fields: [] };

async function withEngine(threads: number, use: (engine: Engine) => Promise<void>): Promise<void> {
  const engine = await Engine.start({ threads });
  try {
    await engine.ready();
    await use(engine);
  } finally {
    await engine.dispose();
  }
}

test.each([1, 2, 3, 4])('%i threads take jobs one after the other', (threads) =>
  withEngine(threads, async (engine) => {
    expect(engine.threads).toBe(threads);
    for (let i = 0; i < 50; i++) engine.kernels.run(nothing);
  }),
);

test('a trap becomes an EngineError, further jobs are refused, and a restart makes it work again', () =>
  withEngine(2, async (engine) => {
    expect(() => engine.kernels.run(trap)).toThrow(EngineError);
    expect(() => engine.kernels.run(nothing)).toThrow('expected kernel 999 to finish');
    await engine.restart();
    engine.kernels.run(nothing);
  }));

test('a thread whose kernel traps is noticed within a second', () =>
  withEngine(2, async (engine) => {
    const { kernels } = engine;
    const words = new Int32Array(kernels.heap.memory.buffer);
    const [job, line] = [(kernels.control + 64) / 4, (kernels.control + 1024 + 64) / 4];
    words.set([trap.op, trap.units], job);
    Atomics.add(words, line, 1); // mail for thread 1 alone
    Atomics.notify(words, line);
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(() => kernels.run(nothing)).toThrow('thread 1 of the engine to finish, but it has trapped');
    expect(performance.now() - started).toBeLessThan(1000);
  }));

test('a thread that is killed is noticed within a second, without events', async () => {
  const handles: ThreadHandle[] = [];
  const engine = await Engine.start({ threads: 2 }, (start) => {
    const handle = startThread(start);
    handles.push(handle);
    return handle;
  });
  await engine.ready();
  void handles[0]?.end();
  const started = performance.now();
  const runs = () => {
    while (performance.now() - started < 5000) engine.kernels.run(nothing);
  };
  expect(runs).toThrow('thread 1 of the engine to finish, but it was ended');
  expect(performance.now() - started).toBeLessThan(1000);
  await engine.restart();
  await engine.ready();
  engine.kernels.run(nothing);
  await engine.dispose();
});

test('two engines live side by side, and one outlives the other', async () => {
  await withEngine(2, async (one) => {
    await withEngine(2, async (other) => {
      for (let i = 0; i < 20; i++) for (const { kernels } of [one, other]) kernels.run(nothing);
    });
    one.kernels.run(nothing);
  });
});

test('after dispose nothing runs, no thread is left, and the process ends by itself', () => {
  const script = `
    import { Engine } from './src/simd/engine.ts';
    const engine = await Engine.start({ threads: 3 });
    await engine.ready();
    const before = process.getActiveResourcesInfo();
    await engine.dispose();
    await engine.dispose();
    let refusal = '';
    try { engine.kernels.run({ op: 0, units: 1, fields: [] }); } catch (error) { refusal = error.message; }
    const left = process.getActiveResourcesInfo().filter((name) => /Worker|MessagePort/.test(name));
    console.log(JSON.stringify({ left, refusal }));
    const forgotten = await Engine.start({ threads: 2 }); // never disposed: keeps no process alive`;
  const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
  const result = JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8', timeout: 20_000 }));
  expect(result).toEqual({ left: [], refusal: 'this engine was disposed; start another' });
});

test('a weight is filled once, read as a tensor, and given back', () =>
  withEngine(1, async (engine) => {
    const fill = async (bytes: Uint8Array) =>
      bytes.set(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
    const used = engine.kernels.heap;
    const weight = await engine.lend([2, 3], 'F32', fill);
    expect(engine.lentBytes).toBe(24);
    const tensor = weight.toTensor();
    expect(tensor.arraySync()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    tensor.dispose();
    weight.dispose();
    weight.dispose();
    expect(engine.lentBytes).toBe(0);
    expect(() => weight.toTensor()).toThrow('this weight was given back');
    expect(used).toBe(engine.kernels.heap);
  }));

test('a weight that cannot be filled leaves nothing', () =>
  withEngine(2, async (engine) => {
    const fill = () => Promise.reject(new Error('the file became shorter'));
    await expect(engine.lend([200, 300], 'BF16', fill)).rejects.toThrow('the file became shorter');
    expect(engine.lentBytes).toBe(0);
  }));

test.each([
  [{ threads: 0 }, 'threads: expected 1…48, got 0'],
  [{ threads: 1.5 }, 'threads: expected 1…48, got 1.5'],
  [{ arithmetic: 'quick' as 'fast' }, 'arithmetic: expected exact or fast, got quick'],
  [{ memoryLimit: 1000 }, 'memoryLimit: expected'],
])('options %j are refused', async (options, message) => {
  await expect(Engine.start(options)).rejects.toThrow(message);
});

test('a weight larger than the limit is refused, saying what would fit', async () => {
  const engine = await Engine.start({ threads: 2, memoryLimit: 2 ** 24 });
  const lend = engine.lend([4096, 4096], 'BF16', async () => {});
  await expect(lend).rejects.toThrow('expected room for 33554432 bytes more');
  await engine.dispose();
});

test('a runtime without SIMD is told which version has it', () => {
  expect(() => checkSimd(() => false)).toThrow(
    'use Node 20.19, Chrome 91, Firefox 89 or Safari 16.4, or later',
  );
});
