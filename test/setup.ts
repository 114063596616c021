/** Run before each test file: one backend for all tests, and the matcher that counts tensors. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect } from 'vitest';

import { startBackend } from '../src/backend/start.js';

beforeAll(async () => {
  await startBackend();
});

expect.extend({
  /** The function leaves exactly `count` more tensors behind than it found. */
  toKeep(fn: () => unknown, count: number) {
    const before = tf.memory().numTensors;
    fn();
    const kept = tf.memory().numTensors - before;
    return { pass: kept === count, message: () => `expected ${count} tensors kept, got ${kept}` };
  },
  /** The asynchronous function leaves exactly `count` more tensors behind than it found. */
  async toKeepAsync(fn: () => Promise<unknown>, count: number) {
    const before = tf.memory().numTensors;
    await fn();
    const kept = tf.memory().numTensors - before;
    return { pass: kept === count, message: () => `expected ${count} tensors kept, got ${kept}` };
  },
});

declare module 'vitest' {
  interface Assertion {
    toKeep(count: number): void;
    toKeepAsync(count: number): Promise<void>;
  }
}
