import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { writeAtomically, writeTextAtomically } from '../../src/checkpoint/atomic-file.js';
import { fileBytes } from '../../src/checkpoint/file-bytes.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { floatTensor } from '../../src/checkpoint/safetensors-bytes.js';
import { writeSafetensors } from '../../src/checkpoint/write-safetensors.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-atomic-'));
  path = join(folder, 'x.bin');
});
afterEach(() => rm(folder, { recursive: true }));

describe('files that exist whole or not at all', () => {
  test('pieces are written in order, in place of what was there', async () => {
    await writeFile(path, 'old and longer than the new');
    expect(await writeAtomically(path, [Buffer.from('new '), Buffer.from('text')])).toBe(8);
    expect(await readFile(path, 'utf8')).toBe('new text');
    expect(await readdir(folder)).toEqual(['x.bin']);
  });

  test('while it is written, what was there stays; after an error too, and nothing else', async () => {
    await writeTextAtomically(path, 'old');
    async function* failing() {
      yield Buffer.from('half');
      expect(await readFile(path, 'utf8')).toBe('old');
      expect(await readdir(folder)).toHaveLength(2);
      throw new Error('the source failed');
    }
    await expect(writeAtomically(path, failing())).rejects.toThrow('the source failed');
    expect(await readdir(folder)).toEqual(['x.bin']);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  test('an abort between pieces', async () => {
    const stop = new AbortController();
    function* pieces() {
      yield Buffer.from('half');
      stop.abort();
      yield Buffer.from('whole');
    }
    await expect(writeAtomically(path, pieces(), stop.signal)).rejects.toThrow('aborted');
    expect(await readdir(folder)).toEqual([]);
  });

  test('tensors to disk and back; a file that shrinks meanwhile is an error', async () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const tensors = [floatTensor('w', [2, 2], values), floatTensor('b', [4], values, 'BF16')];
    const size = await writeSafetensors(path, tensors);
    const source = await openSafetensors(await fileBytes(path));
    expect(new Float32Array((await source.read('w')).buffer)).toEqual(values);
    await writeFile(path, (await readFile(path)).subarray(0, size - 4));
    await expect(source.read('b')).rejects.toThrow(`x.bin: expected ${size} bytes, got a shorter file`);
    await source.close();
    await expect(source.read('w')).rejects.toThrow(
      'x.bin: expected an open, readable file, got a closed one',
    );
  });
});
