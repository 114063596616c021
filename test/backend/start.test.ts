import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

import { withoutProcessHandlers } from '../../src/backend/process-handlers.js';
import { type Device, startBackend } from '../../src/backend/start.js';
import { wasmFolder } from '../../src/backend/tfjs-wasm.js';

test('the backend of these tests is WebAssembly, and a second start waits for the first', async () => {
  await startBackend();
  expect(tf.getBackend()).toBe('wasm');
});

test('an unknown device is refused by name', async () => {
  await expect(startBackend({ device: 'gpu' as Device })).rejects.toThrow(
    'expected device wasm, webgpu, cpu, got gpu',
  );
});

test('the .wasm files are found beside the installed package', async () => {
  expect(existsSync(join(await wasmFolder(), 'tfjs-backend-wasm-simd.wasm'))).toBe(true);
});

test('handlers that only rethrow and come with a start are taken off again, and nothing else', async () => {
  const rethrows = new Function('return function(reason){throw reason}')();
  const [before, meanwhile] = [() => {}, () => {}];
  process.on('unhandledRejection', before);
  try {
    const result = await withoutProcessHandlers(async () => {
      process.on('unhandledRejection', rethrows);
      process.on('unhandledRejection', meanwhile);
      return 7;
    });
    expect(result).toBe(7);
    const left = process.listeners('unhandledRejection');
    expect([before, meanwhile, rethrows].map((listener) => left.includes(listener))).toEqual([
      true,
      true,
      false,
    ]);
  } finally {
    process.removeListener('unhandledRejection', before);
    process.removeListener('unhandledRejection', meanwhile);
  }
});

/** A fresh process that starts the backend and prints what became of it. */
function started(device: Device): { backend: string; handlers: number; sum: number; stderr: string } {
  const script = `
    import * as tf from '@tensorflow/tfjs-core';
    import { startBackend } from './src/backend/start.ts';
    await startBackend({ device: '${device}' });
    const [sum] = tf.matMul(tf.ones([1, 3]), tf.ones([3, 1])).dataSync();
    const handlers = ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
    console.log(JSON.stringify({ backend: tf.getBackend(), handlers: handlers[0] + handlers[1], sum }));`;
  const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' }));
}

test('a second device is refused while one computes', async () => {
  await startBackend();
  await expect(startBackend({ device: 'cpu' })).rejects.toThrow('this process computes on wasm');
});

test.each(['wasm', 'cpu'] as const)('%s starts in a plain process and leaves no handler behind', (device) => {
  expect(started(device)).toEqual({ backend: device, handlers: 0, sum: 3 });
});
