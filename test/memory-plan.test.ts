import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../src/checkpoint/byte-source.js';
import type { TensorInfo, TensorSource } from '../src/checkpoint/tensor-source.js';
import { type Lender, memoryPlan } from '../src/memory-plan.js';

/** Headers of a checkpoint: shapes by name, all in bf16. */
function headers(shapes: Record<string, number[]>): TensorSource {
  const infos = Object.entries(shapes).map(([name, shape]): [string, TensorInfo] => {
    const byteLength = 2 * shape.reduce((size, n) => size * n, 1);
    return [name, { name, shape, dtype: 'BF16', byteLength, file: 'model.safetensors' }];
  });
  const refuse = () => Promise.reject(new Error('expected no reading, got one'));
  const { close } = memoryBytes(new Uint8Array(0));
  return { description: 'the model', infos: new Map(infos), read: refuse, readInto: refuse, close };
}

/** InternViT-6B's block: 122,880,000 values in four matrices. */
const block = (i: number): Record<string, number[]> => {
  const at = `vision_model.encoder.layers.${i}`;
  return {
    [`${at}.attn.qkv.weight`]: [9600, 3200],
    [`${at}.attn.proj.weight`]: [3200, 3200],
    [`${at}.mlp.fc1.weight`]: [12800, 3200],
    [`${at}.mlp.fc2.weight`]: [3200, 12800],
    [`${at}.ls1`]: [3200],
  };
};
const blocks = (count: number) =>
  headers(
    Object.assign({ 'itm_head.weight': [9e6, 100] }, ...Array.from({ length: count }, (_, i) => block(i))),
  );
const blockBytes = 245_760_000;
const lender = (memoryLimit?: number): Lender => ({
  lend: () => expect.unreachable(),
  ...(memoryLimit !== undefined && { memoryLimit }),
});

describe('without an engine', () => {
  test('weights count as float32, and nothing is lent; what InternVL-C does not use does not count', () => {
    const small = memoryPlan(blocks(3), undefined);
    expect(small).toEqual({
      parameters: 3 * (122_880_000 + 3200),
      lends: false,
      memory: 'resident',
      bytes: 3 * 4 * (122_880_000 + 3200),
    });
    const large = memoryPlan(blocks(4), undefined);
    expect(large).toMatchObject({ lends: false, memory: 'stream', bytes: 2 * 4 * (122_880_000 + 3200) });
  });
});

describe('with an engine', () => {
  test('matrices count as they are stored: twice as many stay in memory', () => {
    expect(memoryPlan(blocks(6), lender())).toMatchObject({
      lends: true,
      memory: 'resident',
      bytes: 6 * (blockBytes + 4 * 3200),
    });
    expect(memoryPlan(blocks(48), lender())).toMatchObject({
      lends: true,
      memory: 'stream',
      bytes: 2 * (blockBytes + 4 * 3200),
    });
  });

  test('a small model stays in tensors', () => {
    expect(memoryPlan(headers({ 'vision_model.a.weight': [1000, 1000] }), lender())).toMatchObject({
      lends: false,
      memory: 'resident',
    });
  });

  test('what was asked for is done', () => {
    expect(memoryPlan(blocks(1), lender(), 'stream').memory).toBe('stream');
    expect(memoryPlan(blocks(12), lender(), 'resident').memory).toBe('resident');
  });

  test('its limit decides too: streamed when not all fit, and two blocks need not', () => {
    expect(memoryPlan(blocks(4), lender(4 * blockBytes)).memory).toBe('resident');
    expect(memoryPlan(blocks(4), lender(4 * blockBytes - 1)).memory).toBe('stream');
    expect(memoryPlan(blocks(4), lender(blockBytes)).memory).toBe('stream');
  });

  test('a limit that is too small is an error with the size that is needed', () => {
    const plan = (limit: number, asked?: 'resident' | 'stream') => () =>
      memoryPlan(blocks(4), lender(limit), asked);
    const message = (what: string, limit: number, remedy: string) =>
      new RangeError(
        `the model: expected room for ${what} in the engine, got a memoryLimit of ${limit}: ${remedy}`,
      );
    const one = `one block (${blockBytes} bytes)`;
    const all = `all weights (${4 * blockBytes} bytes)`;
    expect(plan(2e8)).toThrow(message(one, 2e8, 'raise it'));
    expect(plan(2e8, 'stream')).toThrow(message(one, 2e8, 'raise it'));
    expect(plan(5e8, 'resident')).toThrow(message(all, 5e8, 'raise it, or use memory: stream'));
    expect(plan(2e8, 'resident')).toThrow(message(all, 2e8, 'raise it'));
  });
});
