/** Twins where addresses are negative as int32: above 2 GiB, among the tensors of tfjs and in an engine. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { linear } from '../../src/nn/linear.js';
import { Engine } from '../../src/simd/engine.js';
import type { Heap } from '../../src/simd/heap.js';
import { addressOf, type TfjsWasm } from '../../src/simd/tfjs-heap.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { bothWays, inputsOf, resultAndGradients } from './twins/both-ways.js';
import { smallCases } from './twins/twin-cases.js';

const HIGH = 2 ** 31;

/** Takes all room below 2 GiB. Nothing is written there, so the system gives no memory for it. */
function fillLowAddresses({ allocate, free }: Pick<Heap, 'allocate' | 'free'>): void {
  for (let size = 2 ** 26; size >= 2 ** 7; size /= 2 ** 3) {
    let address = allocate(size);
    while (address < HIGH) address = allocate(size);
    free(address);
  }
}

let backend: TfjsWasm;
beforeAll(() => {
  backend = tf.backend() as unknown as TfjsWasm; // the wasm backend
  const { wasm } = backend;
  fillLowAddresses({
    allocate: (bytes) => wasm._malloc(bytes) >>> 0,
    free: (address) => wasm._free(address),
  });
});

test.each(smallCases)('$kernel $what: result and gradients', (given) => {
  tf.tidy(() => {
    const inputs = inputsOf(given);
    expect(addressOf(backend, inputs[0] as tf.Tensor)).toBeGreaterThan(HIGH);
    const { fused, composed } = bothWays(given, () => resultAndGradients(given, inputs));
    fused.forEach((tensor, i) => {
      expect(relativeL2(tensor, composed[i] ?? [])).toBeLessThan(3e-6);
    });
  });
});

test.each([1, 2])('lent weights, with %i threads', async (threads) => {
  const engine = await Engine.start({ threads });
  const { heap } = engine.kernels;
  fillLowAddresses({ allocate: (bytes) => heap.allocate(bytes), free: (address) => heap.free(address) });
  const weight = await engine.lend([300, 256], 'BF16', async (bytes) => {
    new Uint16Array(bytes.buffer, bytes.byteOffset, 300 * 256).fill(0x3f80); // ones
  });
  for (const rows of [1, 3, 300]) {
    const sums = tf.tidy(() => linear({ weight }, tf.ones([rows, 256])).dataSync());
    expect(sums.every((sum) => sum === 256)).toBe(true);
  }
  expect(heap.memory.buffer.byteLength).toBeGreaterThan(HIGH);
  await engine.dispose();
});
