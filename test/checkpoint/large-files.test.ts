import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { dict, pickle, record, tensor } from './torch-archive.js';

/**
 * Rows of 1 GiB, five of them: beyond 4 GiB, and beyond what Node reads whole. The files have holes, not
 * bytes.
 */
const rowLength = 2 ** 30;
const rows = 5;
let folder: string;
let file: FileHandle;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-large-'));
  file = await open(join(folder, 'm'), 'w');
});
afterEach(() => rm(folder, { recursive: true }));

describe('files beyond 4 GiB', () => {
  test('the last value of a safetensors shard of 5 GiB', async () => {
    const json = JSON.stringify({
      w: { dtype: 'U8', shape: [rows * 1024, 2 ** 20], data_offsets: [0, rows * rowLength] },
    });
    const header = Buffer.concat([record([[8, json.length]]), Buffer.from(json)]);
    const size = header.length + rows * rowLength;
    await file.write(header);
    await file.truncate(size - 1);
    await file.write(Uint8Array.of(42), 0, 1, size - 1);
    await file.close();

    const before = process.memoryUsage().rss;
    const source = await openCheckpoint(join(folder, 'm'));
    const last = await source.read('w', { start: rows * 1024 - 1, count: 1 });
    expect(last.at(-1)).toBe(42);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
    await source.close();
  });

  test('the last value of a PyTorch archive of 5 GiB, by its zip64 fields', async () => {
    const program = pickle(
      dict([
        'w',
        tensor({
          storage: 'ByteStorage',
          key: '0',
          size: 2 ** 30,
          shape: [1024, 2 ** 20],
          strides: [2 ** 20, 1],
        }),
      ]),
    );
    const at = { pickle: 0, padding: 200 + program.length, blob: 4 * rowLength + 999 };
    const local = (name: string) =>
      Buffer.concat([
        record([
          [4, 0x04034b50],
          [22, 0],
          [2, name.length],
          [2, 0],
        ]),
        Buffer.from(name),
      ]);
    await file.write(Buffer.concat([local('m/data.pkl'), program]), 0, null, at.pickle);
    const blob = local('m/data/0');
    await file.write(blob, 0, null, at.blob);
    const end = at.blob + blob.length + rowLength;
    await file.write(Uint8Array.of(42), 0, 1, end - 1);
    await file.write(
      directory(end, [
        ['m/data.pkl', program.length, at.pickle],
        ['m/data/0', rowLength, at.blob],
      ]),
      0,
      null,
      end,
    );
    await file.close();

    const source = await openCheckpoint(join(folder, 'm'));
    const last = await source.read('w', { start: 1023, count: 1 });
    expect([last.length, last.at(-1)]).toEqual([2 ** 20, 42]);
    await source.close();
  });
});

/**
 * A central directory at `start` whose entries give their place in zip64 fields where it needs more than 32
 * bits.
 */
function directory(start: number, entries: [name: string, size: number, header: number][]): Buffer {
  const parts = entries.map(([name, size, header]) => {
    const isFar = header > 0xffffffff;
    const extra = isFar
      ? record([
          [2, 1],
          [2, 8],
          [8, header],
        ])
      : Buffer.alloc(0);
    const head = record([
      [4, 0x02014b50],
      [16, 0],
      [4, size],
      [4, size],
      [2, name.length],
      [2, extra.length],
      [10, 0],
    ]);
    return Buffer.concat([head, record([[4, isFar ? 0xffffffff : header]]), Buffer.from(name), extra]);
  });
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  return Buffer.concat([
    ...parts,
    record([
      [4, 0x06064b50],
      [8, 44],
      [4, 0],
      [8, 0],
      [8, count],
      [8, count],
      [8, length],
      [8, start],
    ]),
    record([
      [4, 0x07064b50],
      [4, 0],
      [8, start + length],
      [4, 1],
    ]),
    record([
      [4, 0x06054b50],
      [4, 0],
      [2, count],
      [2, count],
      [4, length],
      [4, 0xffffffff],
      [2, 0],
    ]),
  ]);
}
