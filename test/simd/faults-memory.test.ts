/** What happens where memory ends, and where it grows: in an engine, and among the tensors of tfjs. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { gelu } from '../../src/nn/activations.js';
import { dotProductAttention } from '../../src/nn/dot-product-attention.js';
import { linear } from '../../src/nn/linear.js';
import { takeRows } from '../../src/nn/take-rows.js';
import type { LentWeight } from '../../src/nn/weight.js';
import { Engine } from '../../src/simd/engine.js';
import { EngineError } from '../../src/simd/engine-error.js';
import type { EngineHeap } from '../../src/simd/engine-heap.js';
import type { TfjsWasm } from '../../src/simd/tfjs-heap.js';
import { relativeL2 } from '../nn/relative-l2.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('an engine', () => {
  /** Uses an engine of 16 MB with a weight [256, 256] of ones in it. */
  async function withSmall(use: (engine: Engine, weight: LentWeight) => void): Promise<void> {
    const engine = await Engine.start({ threads: 2, memoryLimit: 2 ** 24 });
    const fill = async (bytes: Uint8Array) =>
      void new Uint16Array(bytes.buffer, bytes.byteOffset, 2 ** 16).fill(0x3f80);
    const weight = await engine.lend([256, 256], 'BF16', fill);
    use(engine, weight);
    weight.dispose();
    await engine.dispose();
  }
  const used = ({ kernels: { heap } }: Engine) => (heap as EngineHeap).usedBytes; // an engine has that one
  const sumsOf = (weight: LentWeight, rows: number) =>
    tf.tidy(() =>
      linear({ weight }, tf.ones([rows, 256]))
        .dataSync()
        .every((sum) => sum === 256),
    );

  test('without room for the activations of a call says so, keeps nothing, and does smaller ones', () =>
    withSmall((engine, weight) => {
      expect(sumsOf(weight, 300)).toBe(true);
      const before = used(engine);
      expect(() => {
        expect(() => sumsOf(weight, 9000)).toThrow(
          /^expected room for 9216000 bytes more, got .* at most 16777216 bytes: give/,
        );
      }).toKeep(0);
      expect(used(engine)).toBe(before);
      expect(sumsOf(weight, 300)).toBe(true);
    }));

  test('whose memory the system refuses to enlarge goes on with what it has', () =>
    withSmall((engine, weight) => {
      expect(sumsOf(weight, 10)).toBe(true);
      const before = used(engine);
      const grow = vi.spyOn(engine.kernels.heap.memory, 'grow').mockImplementation(() => {
        throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
      });
      expect(() => sumsOf(weight, 3000)).toThrow(EngineError);
      expect(() => sumsOf(weight, 3000)).toThrow('which the system refuses to enlarge');
      expect(used(engine)).toBe(before);
      expect(sumsOf(weight, 10)).toBe(true);
      grow.mockRestore();
      expect(sumsOf(weight, 3000)).toBe(true);
    }));

  test('that grows in the middle of the work keeps its weights', async () => {
    const engine = await Engine.start({ threads: 1 });
    const weights: LentWeight[] = [];
    const pages = new Set<number>();
    for (let i = 0; i < 12; i++) {
      const fill = async (bytes: Uint8Array) =>
        void new Float32Array(bytes.buffer, bytes.byteOffset, 1024 * 1024).fill(i);
      weights.push(await engine.lend([1024, 1024], 'F32', fill));
      pages.add(engine.kernels.heap.memory.buffer.byteLength);
    }
    expect(pages.size).toBeGreaterThan(2);
    const sums = tf.tidy(() => weights.map((weight) => linear({ weight }, tf.ones([1, 1024])).dataSync()[7]));
    expect(sums).toEqual(weights.map((_, i) => 1024 * i));
    await engine.dispose();
    expect(used(engine)).toBeLessThan(2 ** 20);
  });
});

describe('among the tensors of tfjs', () => {
  const backend = () => tf.backend() as unknown as TfjsWasm & { numDataIds(): number };

  test('a full heap is an error instead of a tensor at address 0, and the next call works', () => {
    const [x, weight] = [tf.ones([40, 8]), tf.ones([8, 8])];
    const { wasm } = backend();
    const allocate = wasm._malloc;
    const before = backend().numDataIds();
    for (const full of [1, 2]) {
      // the result, then what the kernel needs beside it
      let calls = 0;
      vi.spyOn(wasm, '_malloc').mockImplementation((bytes) => (++calls === full ? 0 : allocate(bytes)));
      expect(() => linear({ weight }, x)).toThrow('among the tensors of tfjs, got a heap of');
      expect(calls).toBe(full);
      vi.restoreAllMocks();
    }
    expect(backend().numDataIds()).toBe(before);
    expect(linear({ weight }, x).dataSync()[0]).toBe(8);
  });

  test('a call that is refused leaves no memory behind', () => {
    const table = tf.ones([3, 4]);
    const ids = tf.tensor1d([0, 3], 'int32');
    const before = backend().numDataIds();
    for (let i = 0; i < 10; i++) expect(() => takeRows(table, ids)).toThrow(RangeError);
    expect(backend().numDataIds()).toBe(before);
  });

  test('kernels go on when the heap grows between calls', () => {
    const { memory } = backend().wasm.asm;
    const sizes = new Set<number>();
    tf.tidy(() => {
      const x = tf.randomNormal([40, 96], 0, 1, 'float32', 1);
      const weight = tf.randomNormal([96, 96], 0, 1, 'float32', 2);
      const work = () => {
        const y = gelu(linear({ weight }, x));
        const z = tf.reshape(y, [1, 40, 96]);
        return dotProductAttention(z, z, z, { numHeads: 4 });
      };
      const expected = work().dataSync().slice();
      for (let i = 0; i < 8; i++) {
        tf.zeros([2 ** 20 * (i + 1)]); // 4 MB, 8 MB, …
        sizes.add(memory.buffer.byteLength);
        expect(relativeL2(work(), expected)).toBe(0);
      }
    });
    expect(sizes.size).toBeGreaterThan(2);
  });

  test('a call goes on when the heap grows for what it needs itself', () => {
    const { memory } = backend().wasm.asm;
    tf.tidy(() => {
      const weight = tf.ones([8, 300]);
      const x = tf.ones([30_000, 8]);
      const before = memory.buffer.byteLength;
      const kept: tf.Tensor[] = []; // what was free before is in use
      while (memory.buffer.byteLength === before) kept.push(linear({ weight }, x));
      const sums = (kept.at(-1) as tf.Tensor).dataSync();
      expect(sums.length === 9_000_000 && sums.every((sum) => sum === 8)).toBe(true);
    });
  });
});
