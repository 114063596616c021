import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import type { FloatSource } from '../../src/checkpoint/float-source.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { encodeSafetensors } from '../../src/checkpoint/safetensors-bytes.js';
import { Scope } from '../../src/checkpoint/scope.js';
import type { DType } from '../../src/checkpoint/tensor-source.js';
import { isLent } from '../../src/nn/weight.js';
import { CountingLender } from './counting-lender.js';

/** −3, −2, … of each kind; exact in all of them. */
const six = [-3, -2, -1, 0, 1, 2];
const kinds: Readonly<Record<string, ArrayBufferView>> = {
  F32: Float32Array.from(six),
  BF16: Uint16Array.of(0xc040, 0xc000, 0xbf80, 0, 0x3f80, 0x4000),
  F16: Uint16Array.of(0xc200, 0xc000, 0xbc00, 0, 0x3c00, 0x4000),
  F64: Float64Array.from(six),
  I64: BigInt64Array.from(six.map(BigInt)),
};

async function checkpoint(): Promise<ReturnType<typeof checkpointWeights>> {
  const bytesOf = ({ buffer }: ArrayBufferView) => new Uint8Array(buffer);
  const tensors = Object.entries(kinds).flatMap(([dtype, values]) => [
    { name: `${dtype}.weight`, dtype: dtype as DType, shape: [2, 3], pieces: () => [bytesOf(values)] },
    { name: `${dtype}.bias`, dtype: 'F32' as const, shape: [2], pieces: () => [new Uint8Array(8)] },
  ]);
  return checkpointWeights(await openSafetensors(memoryBytes(await encodeSafetensors(tensors))));
}

describe('a matrix is lent', () => {
  test.each([
    ['F32', 'F32'],
    ['BF16', 'BF16'],
    ['F16', 'F16'],
    ['F64', 'F32'],
    ['I64', 'F32'],
  ])('%s as %s', async (dtype, kind) => {
    const lender = new CountingLender();
    const { weight, bias } = await new Scope(await checkpoint(), '', { lender }).linear(dtype, 3, 2);
    expect(lender.asked).toEqual([`${kind} [2, 3]`]);
    expect(bias).toBeInstanceOf(tf.Tensor);
    if (!isLent(weight)) return expect.unreachable();
    expect([...(await weight.toTensor().data())]).toEqual([-3, 0, -2, 1, -1, 2]); // [In, Out]
    weight.dispose();
    expect(lender.bytes).toBe(0);
  });

  test('as float32 from a source that has nothing else, and of a convolution', async () => {
    const counting: FloatSource = {
      shapeOf: () => undefined,
      read: async (_, shape, rows) => {
        const width = shape.slice(1).reduce((size, n) => size * n, 1);
        const start = (rows?.start ?? 0) * width;
        return Float32Array.from({ length: (rows?.count ?? shape[0] ?? 1) * width }, (_, i) => start + i);
      },
    };
    const lender = new CountingLender();
    const { weight } = await new Scope(counting, '', { lender }).kernel('patch', [3, 2, 2], 5);
    expect(lender.asked).toEqual(['F32 [5, 12]']);
    if (!isLent(weight)) return expect.unreachable();
    const first = tf.slice(weight.toTensor(), [0, 4], [12, 1]); // row 4 of the file
    expect([...(await first.data())]).toEqual(Array.from({ length: 12 }, (_, i) => 48 + i));
  });
});

test('what is lent counts as read; vectors and tables stay tensors', async () => {
  const source = await checkpoint();
  const root = new Scope(source, '', { lender: new CountingLender() });
  for (const kind of Object.keys(kinds).slice(1)) await root.linear(kind, 3, 2);
  expect(source.unread().sort()).toEqual(['F32.bias', 'F32.weight']);
  expect(await root.tensor('F32.weight', [2, 3])).toBeInstanceOf(tf.Tensor);
});

test('names and shapes are checked as for tensors, and nothing is kept', async () => {
  const lender = new CountingLender();
  const root = new Scope(await checkpoint(), '', { lender });
  const wrong = () => root.linear('BF16', 4, 2);
  await expect(wrong()).rejects.toThrow('BF16.weight: expected [2, 4], got [2, 3]');
  await expect(root.linear('F8', 3, 2, { bias: false })).rejects.toThrow('F8.weight: expected in');
  await expect(() => wrong().catch(() => {})).toKeepAsync(0);
  expect(lender.bytes).toBe(0);
});

test('a bias that is absent gives the weight back', async () => {
  const source = await checkpoint();
  const read: FloatSource['read'] = (name, ...rest) =>
    source.read(name.endsWith('bias') ? 'gone' : name, ...rest);
  const lender = new CountingLender();
  const root = new Scope({ ...source, read }, '', { lender });
  await expect(root.linear('BF16', 3, 2)).rejects.toThrow('gone: expected in');
  expect([lender.asked.length, lender.bytes]).toEqual([1, 0]);
});

describe('a signal', () => {
  test('ends reads of tensors and of lent matrices, and reaches the source', async () => {
    const source = await checkpoint();
    const reason = new Error('enough');
    const root = new Scope(source, '', { signal: AbortSignal.abort(reason) });
    await expect(root.tensor('F32.bias', [2])).rejects.toBe(reason);
    await expect(root.linear('BF16', 3, 2)).rejects.toBe(reason);
    const aborter = new AbortController();
    const lender = new CountingLender();
    const lend: typeof lender.lend = (shape, kind, fill) => {
      aborter.abort(reason); // between the request and the read
      return lender.lend(shape, kind, fill);
    };
    const late = new Scope(source, '', { lender: { lend }, signal: aborter.signal });
    await expect(late.linear('BF16', 3, 2, { bias: false })).rejects.toBe(reason);
    expect(lender.bytes).toBe(0);
  });

  test('can be another for some reads, or none', async () => {
    const root = new Scope(await checkpoint(), '', { signal: AbortSignal.abort() });
    const later = root.until(undefined).at('F32');
    expect((await later.tensor('bias', [2])).shape).toEqual([2]);
    expect(root.until(undefined).until(root.signal).signal).toBe(root.signal);
  });
});
