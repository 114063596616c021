/** What an engine does after something went wrong, and what it refuses once it was disposed. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { linear } from '../../src/nn/linear.js';
import { nextTurn } from '../../src/nn/next-turn.js';
import { withoutTwins } from '../../src/nn/twin.js';
import { Engine } from '../../src/simd/engine.js';
import { EngineError } from '../../src/simd/engine-error.js';
import type { EngineOptions } from '../../src/simd/engine-options.js';
import type { KernelExports } from '../../src/simd/kernels.js';
import { ops } from '../../src/simd/ops.js';
import type { StartThread } from '../../src/simd/thread-starter.js';
import { Threads } from '../../src/simd/threads.js';

const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

const nothing = { op: ops.nothing, units: 100, fields: [] };
/** No op has this number: its units trap. */
const trap = { op: 999, units: 100, fields: [] };

const engines: Engine[] = [];
async function started(options: EngineOptions): Promise<Engine> {
  const engine = await Engine.start(options);
  engines.push(engine);
  await engine.ready();
  return engine;
}
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.dispose();
});

/** [3, 2] of float32: 1, 2, … 6. */
const sixNumbers = async (bytes: Uint8Array) =>
  bytes.set(new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer));
const lendSix = (engine: Engine) => engine.lend([3, 2], 'F32', sixNumbers);
const productOf = (weight: Awaited<ReturnType<typeof lendSix>>) =>
  tf.tidy(() => [...linear({ weight }, tf.tensor2d([[10, 1]])).dataSync()]);
const product = [12, 34, 56];

describe('a trap', () => {
  test('with one thread ends its job alone', async () => {
    const engine = await started({ threads: 1 });
    expect(() => engine.kernels.run(trap)).toThrow(
      'expected kernel 999 to finish, got RuntimeError: unreachable',
    );
    engine.kernels.run(nothing);
  });

  test('with several threads leaves the weights as they are for after the restart', async () => {
    const engine = await started({ threads: 3 });
    const weight = await lendSix(engine);
    expect(() => engine.kernels.run(trap)).toThrow('restart() the engine');
    expect(() => productOf(weight)).toThrow(EngineError);
    expect(withoutTwins(() => productOf(weight))).toEqual(product); // reading needs no kernel
    await Promise.all([engine.restart(), engine.restart()]); // twice is once
    expect(engine.threads).toBe(3);
    expect(productOf(weight)).toEqual(product);
  });

  test('while a weight is being read does not reach it, nor does the restart', async () => {
    const engine = await started({ threads: 2 });
    const reading = engine.lend([3, 2], 'F32', async (bytes) => {
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      await sixNumbers(bytes);
    });
    expect(() => engine.kernels.run(trap)).toThrow(EngineError);
    await engine.restart();
    expect(productOf(await reading)).toEqual(product);
  });
});

test('a restart that is not needed leaves those alone who compute meanwhile', async () => {
  const engine = await started({ threads: 2 });
  const restarting = engine.restart();
  for (let i = 0; i < 200; i++) {
    engine.kernels.run(nothing);
    await null;
  }
  await restarting;
  expect(engine.threads).toBe(2);
});

describe('an engine that was disposed', () => {
  const message = 'this engine was disposed; start another';

  test('gives no weight, and takes back those that it has given', async () => {
    const engine = await started({ threads: 2 });
    const weight = await lendSix(engine);
    await engine.dispose();
    await expect(lendSix(engine)).rejects.toThrow(message);
    expect(() => productOf(weight)).toThrow(new EngineError('this weight was given back; read it again'));
    expect(() => withoutTwins(() => productOf(weight))).toThrow('this weight was given back');
    weight.dispose();
    expect(engine.lentBytes).toBe(0);
  });

  test.each([1, 2])('with %i threads ends the reading of weights', async (threads) => {
    const engine = await started({ threads });
    const reading = engine.lend([3, 2], 'F32', async (bytes) => {
      await nextTurn();
      await sixNumbers(bytes);
    });
    const refused = expect(reading).rejects.toThrow(EngineError);
    await engine.dispose();
    await refused;
    expect(engine.lentBytes).toBe(0);
  });

  test('is not restarted, nor when it is disposed during the restart', async () => {
    const engine = await started({ threads: 2 });
    expect(() => engine.kernels.run(trap)).toThrow(EngineError);
    const restarting = expect(engine.restart()).rejects.toThrow(message);
    await engine.dispose();
    await restarting;
    await expect(engine.restart()).rejects.toThrow(message);
    expect(() => engine.kernels.run(nothing)).toThrow(message);
  });
});

test('when a thread cannot be started, those before it are ended', async () => {
  const ended: number[] = [];
  const starter: StartThread = ({ thread }) => {
    if (thread === 3) throw new Error('ERR_WORKER_INIT_FAILED: EAGAIN');
    return { isAlive: () => true, end: async () => void ended.push(thread) };
  };
  const message =
    'expected to start a thread, got Error: ERR_WORKER_INIT_FAILED: EAGAIN; threads: 1 needs none';
  await expect(Engine.start({ threads: 4 }, starter)).rejects.toThrow(new EngineError(message));
  expect(ended).toEqual([1, 2]);
});

test('a thread that never comes to take its share holds up nobody', async () => {
  const ready = 2; // in `src/simd/assembly/control.ts`
  const starter: StartThread = ({ memory, control, thread }) => {
    Atomics.store(new Int32Array(memory.buffer, control + 1024 + 64 * thread), ready, 1);
    return { isAlive: () => true, end: async () => {} };
  };
  const engine = await Engine.start({ threads: 2 }, starter);
  engines.push(engine);
  const weight = await lendSix(engine);
  const since = performance.now();
  for (let i = 0; i < 100; i++) engine.kernels.run(nothing);
  expect(productOf(weight)).toEqual(product);
  expect(performance.now() - since).toBeLessThan(1000);
});

test('a process that was stopped for minutes does not take its threads for dead', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const setup = { module: new WebAssembly.Module(EMPTY_MODULE), memory, control: 1024, count: 2 };
  const threads = await Threads.start(setup, () => ({ isAlive: () => true, end: async () => {} }));
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
  let looks = 0;
  const settle = () => {
    clock.mockReturnValue(1e6); // stopped and continued meanwhile
    return ++looks < 3 ? 1 : 0;
  };
  threads.settle({ settle } as unknown as KernelExports); // all that it calls
  expect(looks).toBe(3);
  clock.mockRestore();
});

test('a weight that was given back is refused, the others stay', async () => {
  const engine = await started({ threads: 2 });
  const [first, second] = [await lendSix(engine), await lendSix(engine)];
  first.dispose();
  expect(() => productOf(first)).toThrow('this weight was given back');
  expect(productOf(second)).toEqual(product);
});

test('weights of one engine are multiplied there, whatever others there are', async () => {
  const [one, other] = [await started({ threads: 2 }), await started({ threads: 1 })];
  const weights = [await lendSix(one), await lendSix(other)];
  await one.dispose();
  expect(weights.slice(1).map(productOf)).toEqual([product]);
});
