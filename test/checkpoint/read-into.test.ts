import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type ByteSource, memoryBytes } from '../../src/checkpoint/byte-source.js';
import { fileBytes } from '../../src/checkpoint/file-bytes.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { openPyTorch } from '../../src/checkpoint/pytorch.js';
import { archive, dict, pickle, tensor } from './torch-archive.js';

const content = Uint8Array.from({ length: 100 }, (_, i) => 3 * i + 1);
const tiny = new URL('../fixtures/reference/tiny-14b/', import.meta.url).pathname;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-into-'));
  await writeFile(join(folder, 'm'), content);
});
afterEach(() => rm(folder, { recursive: true }));

/** Memory between guards, shared as that of an engine is. */
const target = (length: number) => new Uint8Array(new SharedArrayBuffer(length + 8), 3, length);
const guards = ({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBufferLike>) => {
  const all = [...new Uint8Array(buffer)];
  return [...all.slice(0, byteOffset), ...all.slice(byteOffset + byteLength)];
};

describe.each<[string, () => Promise<ByteSource>]>([
  ['a file', () => fileBytes(join(folder, 'm'))],
  ['memory', async () => memoryBytes(content)],
])('bytes of %s', (_, source) => {
  test('go into shared memory at any place, and nowhere else', async () => {
    const bytes = await source();
    for (const [start, length] of [
      [0, 100],
      [7, 31],
      [99, 1],
      [50, 0],
    ] as const) {
      const into = target(length);
      await bytes.readInto(start, into);
      expect([...into]).toEqual([...content.subarray(start, start + length)]);
      expect(guards(into).every((byte) => byte === 0)).toBe(true);
    }
    await bytes.close();
  });

  test('beyond the end are refused before anything is written', async () => {
    const bytes = await source();
    const into = target(10);
    await expect(bytes.readInto(91, into)).rejects.toThrow('expected bytes within 0..100, got 91..101');
    await expect(bytes.readInto(0, into, AbortSignal.abort())).rejects.toThrow('aborted');
    expect(into.every((byte) => byte === 0)).toBe(true);
    await bytes.close();
  });
});

describe('a large file', () => {
  const size = 5 * 2 ** 26 + 1000; // more pieces than are asked for together, and a short one
  const marks = [0, 2 ** 26 - 1, 2 ** 26, 3 * 2 ** 26 + 5, 4 * 2 ** 26, 5 * 2 ** 26 + 999];

  async function withHoles(): Promise<string> {
    const path = join(folder, 'large');
    const file = await open(path, 'w');
    await file.truncate(size);
    for (const [i, at] of marks.entries()) await file.write(Uint8Array.of(i + 1), 0, 1, at);
    await file.close();
    return path;
  }

  test('arrives in pieces, each in its place', async () => {
    const bytes = await fileBytes(await withHoles());
    const into = new Uint8Array(new SharedArrayBuffer(size));
    await bytes.readInto(0, into);
    expect(marks.map((at) => into[at])).toEqual([1, 2, 3, 4, 5, 6]);
    await bytes.close();
  });

  test('that shrinks meanwhile is an error, and nothing is written after it', async () => {
    const path = await withHoles();
    const bytes = await fileBytes(path);
    const into = new Uint8Array(new SharedArrayBuffer(size));
    await truncate(path, 2 ** 26 + 17);
    await expect(bytes.readInto(0, into)).rejects.toThrow(
      `${path}: expected ${size} bytes, got a shorter file`,
    );
    for (const at of marks) into[at] = 0xff;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(marks.map((at) => into[at])).toEqual(marks.map(() => 0xff));
    await bytes.close();
  });

  test('can be left between its pieces', async () => {
    const bytes = await fileBytes(await withHoles());
    const aborter = new AbortController();
    const reading = bytes.readInto(0, new Uint8Array(size), aborter.signal);
    aborter.abort();
    await expect(reading).rejects.toThrow('aborted');
    await bytes.close();
    await expect(bytes.readInto(0, target(1))).rejects.toThrow('got a closed one');
  });
});

describe('tensors', () => {
  test.each([
    ['shards', `${tiny}checkpoint`],
    [
      'the layout of InternVL-C, with shared storages and a transposed tensor',
      `${tiny}checkpoint-pth/internvl_c_13b_224px.pth`,
    ],
  ])('of %s: the same bytes as when they are read', async (_, path) => {
    const source = await openCheckpoint(path);
    for (const { name, byteLength, shape } of source.infos.values()) {
      const into = target(byteLength);
      await source.readInto(name, into);
      expect(Buffer.compare(into, await source.read(name)), name).toBe(0);
      if ((shape[0] ?? 0) < 2) continue;
      const rows = { start: 1, count: 1 };
      const row = await source.read(name, rows);
      const rowInto = target(row.length);
      await source.readInto(name, rowInto, rows);
      expect(Buffer.compare(rowInto, row), name).toBe(0);
    }
    await source.close();
  });

  test('that are not contiguous are put in order', async () => {
    const view = { storage: 'FloatStorage', key: '0', size: 6, shape: [3, 2], strides: [1, 3] };
    const six = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);
    const source = await openPyTorch(memoryBytes(archive(pickle(dict(['w', tensor(view)])), { 0: six })));
    const into = target(24);
    await source.readInto('w', into);
    expect([...new Float32Array(new Uint8Array(into).buffer)]).toEqual([0, 3, 1, 4, 2, 5]);
  });

  test('must be given memory of their length', async () => {
    const source = await openCheckpoint(`${tiny}checkpoint`);
    const [info] = source.infos.values();
    const { name = '', byteLength = 0 } = info ?? {};
    for (const length of [byteLength - 1, byteLength + 1]) {
      await expect(source.readInto(name, target(length))).rejects.toThrow(
        new RangeError(`${name}: expected a target of ${byteLength} bytes, got ${length}`),
      );
    }
    await expect(source.readInto('nobody', target(1))).rejects.toThrow('nobody: expected in');
    await source.close();
  });
});
