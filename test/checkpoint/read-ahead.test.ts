import { expect, test } from 'vitest';

import { type ByteSource, memoryBytes } from '../../src/checkpoint/byte-source.js';
import { readAhead } from '../../src/checkpoint/read-ahead.js';

const BLOCK = 2 ** 22;
const bytes = Uint8Array.from({ length: 6 * BLOCK + 5 }, (_, i) => (i * 2654435761) >>> 24);

/** A file that counts what is read of it, and fails while `isBroken`. */
function watched() {
  const reads: number[] = [];
  const state = { isBroken: false };
  const memory = memoryBytes(bytes, 'far');
  const source: ByteSource = {
    ...memory,
    async read(start, length) {
      reads.push(length);
      if (state.isBroken) throw new Error('the line is dead');
      return memory.read(start, length);
    },
    async readInto(start, target) {
      reads.push(target.byteLength);
      await memory.readInto(start, target);
    },
  };
  return { source: readAhead(source), reads, state };
}

const part = (start: number, length: number) => bytes.slice(start, start + length);

test('neighbours are read together, across the edges of blocks and to the end', async () => {
  const { source, reads } = watched();
  for (const start of [0, 100, BLOCK - 3, BLOCK, 6 * BLOCK]) {
    expect(await source.read(start, 5)).toEqual(part(start, 5));
  }
  expect(reads).toEqual([BLOCK, BLOCK, 5]);
  await Promise.all([source.read(2 * BLOCK, 9), source.read(2 * BLOCK + 9, 9)]);
  expect(reads).toHaveLength(4);
});

test('a large read goes straight to the file, also into shared memory', async () => {
  const { source, reads } = watched();
  const shared = new Uint8Array(new SharedArrayBuffer(2 * BLOCK));
  await source.readInto(7, shared);
  expect(Buffer.from(shared).equals(part(7, 2 * BLOCK))).toBe(true);
  expect(reads).toEqual([2 * BLOCK]);
});

test('no more than a few blocks are kept', async () => {
  const { source, reads } = watched();
  for (const block of [0, 1, 2, 3, 0, 4, 0, 1]) await source.read(block * BLOCK, 1);
  expect(reads).toHaveLength(6); // 0 was used again and stayed, 1 had to go
});

test('a failed read is tried again by the next, and nothing beyond the file is read', async () => {
  const { source, state } = watched();
  state.isBroken = true;
  await expect(source.read(0, 4)).rejects.toThrow('the line is dead');
  state.isBroken = false;
  expect(await source.read(0, 4)).toEqual(part(0, 4));
  await expect(source.read(bytes.length - 1, 2)).rejects.toThrow('far: expected bytes within');
  await expect(source.read(0, 4, AbortSignal.abort())).rejects.toThrow('aborted');
});
