import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { type GgufTensor, writeGguf } from './gguf/gguf.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
afterAll(() => rmSync(folder, { recursive: true }));

const numbers = Int8Array.from({ length: 128 }, (_, i) => i - 64);
const vector: GgufTensor = { name: 'v', shape: [3], values: { floats: () => Float32Array.of(1, 2, 3) } };
const matrix: GgufTensor = { name: 'm', shape: [2, 64], values: { int8: () => numbers, scale: 0.25 } };

/** Reads what it is asked for, one after the other. */
function reader(path: string) {
  const bytes = readFileSync(path);
  let at = 0;
  const move = (count: number): number => {
    at += count;
    return at - count;
  };
  const u64 = () => Number(bytes.readBigUInt64LE(move(8)));
  const u32 = () => bytes.readUInt32LE(move(4));
  const text = () => {
    const length = u64();
    return bytes.subarray(move(length), at).toString();
  };
  const rest = () => bytes.subarray(32 * Math.ceil(at / 32));
  return { u32, u64, text, rest, f32: () => bytes.readFloatLE(move(4)) };
}

test('facts and tensors are where the format has them', async () => {
  const path = join(folder, 'small.gguf');
  await writeGguf(path, { a: { u32: 7 }, b: { texts: ['x', 'é'] }, c: { f32s: [0.5] } }, [vector, matrix]);
  const { u32, u64, text, f32, rest } = reader(path);
  expect(u32()).toBe(0x46554747); // GGUF
  expect([u32(), u64(), u64()]).toEqual([3, 2, 3]);
  expect([text(), u32(), u32()]).toEqual(['a', 4, 7]);
  expect([text(), u32(), u32(), u64(), text(), text()]).toEqual(['b', 9, 8, 2, 'x', 'é']);
  expect([text(), u32(), u32(), u64(), f32()]).toEqual(['c', 9, 6, 1, 0.5]);
  expect([text(), u32(), u64(), u32(), u64()]).toEqual(['v', 1, 3, 0, 0]);
  expect([text(), u32(), u64(), u64(), u32(), u64()]).toEqual(['m', 2, 64, 2, 8, 32]);
  const data = rest();
  expect([0, 4, 8].map((at) => data.readFloatLE(at))).toEqual([1, 2, 3]);
  expect(data).toHaveLength(32 + 160); // the second is padded as well
  for (let block = 0; block < 4; block++) {
    const at = 32 + 34 * block;
    expect(data.readUInt16LE(at)).toBe(0x3400); // 0.25
    const stored = new Int8Array(data.subarray(at + 2, at + 34));
    expect(stored).toEqual(numbers.slice(32 * block, 32 * block + 32));
  }
});

test.each<[GgufTensor, string]>([
  [{ ...matrix, shape: [4, 33] }, 'expected rows of a multiple of 32, got [4, 33]'],
  [{ ...matrix, values: { int8: () => numbers, scale: 0.3 } }, 'expected a power of two'],
])('what it cannot store is refused', async (tensor, message) => {
  await expect(writeGguf(join(folder, 'bad.gguf'), {}, [tensor])).rejects.toThrow(message);
});
