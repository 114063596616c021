import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { type CheckpointWeights, checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { fromFloat32 } from '../../src/checkpoint/dtype.js';
import { inspectCheckpoint } from '../../src/checkpoint/inspect.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import {
  encodeSafetensors,
  floatTensor,
  type TensorToWrite,
} from '../../src/checkpoint/safetensors-bytes.js';
import { Scope } from '../../src/checkpoint/scope.js';
import type { TensorSource } from '../../src/checkpoint/tensor-source.js';
import { isLent } from '../../src/nn/weight.js';
import { CountingLender } from './counting-lender.js';

const matrix: TensorToWrite = {
  name: 'map.weight',
  dtype: 'I8',
  shape: [3, 3],
  pieces: () => [new Uint8Array(Int8Array.of(1, -2, 3, 127, -127, 0, 5, 6, 7).buffer)],
};
const scales = floatTensor('map.weight_scale', [3, 1], Float32Array.of(0.5, 0.1, 2));
const tenth = Math.fround(0.1);
const values = [0.5, -1, 1.5, Math.fround(127 * tenth), Math.fround(-127 * tenth), 0, 10, 12, 14];

async function source(...tensors: TensorToWrite[]): Promise<TensorSource> {
  return openSafetensors(memoryBytes(await encodeSafetensors(tensors)));
}

async function weights(...tensors: TensorToWrite[]): Promise<CheckpointWeights> {
  return checkpointWeights(await source(...tensors));
}

describe('an I8 matrix with scales', () => {
  test('is read as float32, also by rows', async () => {
    const checkpoint = await weights(matrix, scales);
    expect(checkpoint.shapeOf('map.weight')).toEqual([3, 3]);
    expect([...(await checkpoint.read('map.weight', [3, 3]))]).toEqual(values);
    const rows = { start: 1, count: 2 };
    expect([...(await checkpoint.read('map.weight', [3, 3], rows))]).toEqual(values.slice(3));
  });

  test.each(['F16', 'BF16'] as const)('may have scales [Out] in %s', async (dtype) => {
    const narrow = floatTensor('map.weight_scale', [3], Float32Array.of(0.5, 0.25, 2), dtype);
    const read = await (await weights(matrix, narrow)).read('map.weight', [3, 3]);
    expect([...read]).toEqual([0.5, -1, 1.5, 31.75, -31.75, 0, 10, 12, 14]);
  });

  test('is lent as it is: the bytes, zeros up to a multiple of 4, the scales', async () => {
    const stored = (await weights(matrix, scales)).stored?.('map.weight', [3, 3]);
    const bytes = new Uint8Array(new SharedArrayBuffer(12 + 12)).fill(99);
    await stored?.fill(bytes);
    expect(stored?.kind).toBe('I8');
    expect([...new Int8Array(bytes.buffer, 0, 12)]).toEqual([1, -2, 3, 127, -127, 0, 5, 6, 7, 0, 0, 0]);
    expect([...new Float32Array(bytes.buffer, 12)]).toEqual([0.5, tenth, 2]);
    await expect(stored?.fill(new Uint8Array(12))).rejects.toThrow(
      'map.weight: expected a target of 24 bytes',
    );
  });

  test('is lent by rows', async () => {
    const stored = (await weights(matrix, scales)).stored?.('map.weight', [3, 3], { start: 2, count: 1 });
    const bytes = new Uint8Array(8);
    await stored?.fill(bytes);
    expect([...bytes.subarray(0, 4)]).toEqual([5, 6, 7, 0]);
    expect([...new Float32Array(bytes.buffer, 4)]).toEqual([2]);
  });

  test('has the same values lent and as a tensor, and its scales never count as unread', async () => {
    const checkpoint = await weights(matrix, scales);
    expect(checkpoint.unread()).toEqual(['map.weight']);
    const lender = new CountingLender();
    const asTensor = await new Scope(checkpoint).linear('map', 3, 3, { bias: false });
    const lent = await new Scope(checkpoint, '', { lender }).linear('map', 3, 3, { bias: false });
    if (!isLent(lent.weight) || isLent(asTensor.weight)) return expect.unreachable();
    expect(await lent.weight.toTensor().data()).toEqual(await asTensor.weight.data());
    expect([lender.asked, lender.bytes]).toEqual([['I8 [3, 3]'], 24]);
    expect(checkpoint.unread()).toEqual([]);
  });

  test('counts in memory with its scales, and in 8 bits and a little', async () => {
    const report = inspectCheckpoint(
      await source(matrix, scales, floatTensor('map.bias', [3], Float32Array.of(1, 2, 3))),
    );
    expect(report.total).toEqual({ tensors: 3, parameters: 12, bytes: 9 + 12 + 12 });
    expect(report.byDType.get('I8')).toEqual({ tensors: 2, parameters: 9, bytes: 9 + 12 });
    expect(report.resident).toEqual({ weights: 4 * 12, lent: 12 + 12, beside: 12 });
  });
});

describe('is refused with both names:', () => {
  const refused = async (problem: string, ...tensors: TensorToWrite[]): Promise<void> => {
    const checkpoint = await weights(...tensors);
    const lend = () =>
      new Scope(checkpoint, '', { lender: new CountingLender() }).linear('map', 3, 3, { bias: false });
    await expect(checkpoint.read('map.weight', [3, 3])).rejects.toThrow(problem);
    await expect(lend()).rejects.toThrow(problem);
  };

  test('a matrix without scales', () =>
    refused('map.weight: expected map.weight_scale beside a tensor of kind I8', matrix));

  test('scales of another shape', async () => {
    const message = (got: string) =>
      `map.weight_scale: expected [3, 1], one scale for each row of map.weight, got ${got}`;
    const of = (shape: number[]) =>
      floatTensor('map.weight_scale', shape, new Float32Array(shape.reduce((a, b) => a * b, 1)));
    await refused(message('[1, 3]'), matrix, of([1, 3]));
    await refused(message('[2, 1]'), matrix, of([2, 1]));
    await refused(message('[]'), matrix, of([]));
  });

  test('scales of whole numbers', () =>
    refused('map.weight_scale: expected F32, F16 or BF16, got I32', matrix, { ...scales, dtype: 'I32' }));

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('a scale %d', async (scale) => {
    const bytes = fromFloat32(Float32Array.of(1, 1, scale), 'F32');
    await refused(`map.weight_scale: expected finite scales from 0 on, got ${scale} for row 2`, matrix, {
      ...scales,
      pieces: () => [bytes],
    });
  });
});

test('logit_scale is no scale of a tensor, nor is one beside a matrix of floats', async () => {
  const logit = floatTensor('logit_scale', [], Float32Array.of(1));
  const stray = [
    floatTensor('a.weight', [1, 1], Float32Array.of(1)),
    floatTensor('a.weight_scale', [1, 1], Float32Array.of(1)),
  ];
  expect((await weights(logit, ...stray)).unread()).toEqual(['a.weight', 'a.weight_scale', 'logit_scale']);
});
