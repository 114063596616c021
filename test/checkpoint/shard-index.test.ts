import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { encodeSafetensors, floatTensor } from '../../src/checkpoint/safetensors-bytes.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'internvl-shards-'));
});
afterEach(() => rm(folder, { recursive: true }));

const shard = (...names: string[]) =>
  encodeSafetensors(names.map((name, i) => floatTensor(name, [1], Float32Array.of(i))));
async function write(files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
}
const index = (map: unknown) => JSON.stringify({ weight_map: map });
/** Files of the folder that this process has open; 0 where the system does not tell. */
async function openFiles(): Promise<number> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  const targets = descriptors.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => ''));
  return (await Promise.all(targets)).filter((target) => target.startsWith(folder)).length;
}

describe('shards', () => {
  test('tensors are read from their shards; what the index leaves out belongs too', async () => {
    await write({
      'a.safetensors': await shard('w', 'v'),
      'b.safetensors': await shard('x', 'u'),
      'model.safetensors.index.json': index({ w: 'a.safetensors', v: 'a.safetensors', u: 'b.safetensors' }),
    });
    const source = await openCheckpoint(folder);
    expect(Object.fromEntries([...source.infos.values()].map(({ name, file }) => [name, file]))).toEqual({
      w: 'a.safetensors',
      v: 'a.safetensors',
      x: 'b.safetensors',
      u: 'b.safetensors',
    });
    expect(new Float32Array((await source.read('u')).buffer)).toEqual(Float32Array.of(1));
    if (process.platform === 'linux') expect(await openFiles()).toBe(2);
    await source.close();
    expect(await openFiles()).toBe(0);
  });

  test.each<[string, unknown]>([
    ['../outside.safetensors', { w: '../outside.safetensors' }],
    ['/etc/passwd', { w: '/etc/passwd' }],
    ['..', { w: '..' }],
    ['C:\\\\x.safetensors', { w: 'C:\\x.safetensors' }],
    ['sub/x.safetensors', { w: 'sub/x.safetensors' }],
    ['', { w: '' }],
    ['a\\u0000.safetensors', { w: 'a\0.safetensors' }],
    ['%2e%2e', { w: '%2e%2e' }],
  ])('the entry "%s" leaves the folder and is refused before anything is opened', async (shown, map) => {
    await write({ 'model.safetensors.index.json': index(map) });
    await expect(openCheckpoint(folder)).rejects.toThrow(
      `model.safetensors.index.json: w: expected the name of a file in the same folder, got "${shown}"`,
    );
  });

  test.each<[string, Record<string, string[]>, unknown, string]>([
    ['a missing shard', {}, { w: 'a.safetensors' }, 'a.safetensors: expected a readable file, got ENOENT'],
    [
      'a tensor that is not there',
      { a: ['v'] },
      { w: 'a.safetensors' },
      'w: expected in a.safetensors by the index',
    ],
    [
      'a name in two shards',
      { a: ['w'], b: ['w', 'v'] },
      { w: 'a.safetensors', v: 'b.safetensors' },
      'w: expected in a.safetensors alone, got it in b.safetensors too',
    ],
    [
      'a name in another shard than the index says',
      { a: ['w', 'v'], b: ['u'] },
      { w: 'a.safetensors', v: 'b.safetensors', u: 'b.safetensors' },
      'v: expected in b.safetensors alone, got it in a.safetensors too',
    ],
    ['a number for a file', {}, { w: 3 }, 'w: expected a file, got 3'],
    ['no map', {}, null, 'expected a "weight_map" of tensor names and files, got none'],
  ])('%s is an error, and all files are closed', async (_, shards, map, message) => {
    for (const [name, tensors] of Object.entries(shards))
      await write({ [`${name}.safetensors`]: await shard(...tensors) });
    await write({ 'model.safetensors.index.json': index(map) });
    await expect(openCheckpoint(folder)).rejects.toThrow(message);
    expect(await openFiles()).toBe(0);
  });

  test('a name twice in the index is an error', async () => {
    await write({
      'model.safetensors.index.json': '{"weight_map": {"w": "a.safetensors", "w": "b.safetensors"}}',
    });
    await expect(openCheckpoint(folder)).rejects.toThrow('expected each name once, got "w" twice');
  });

  test('the one file of tensors in a folder is the checkpoint; of several one must be named', async () => {
    await expect(openCheckpoint(folder)).rejects.toThrow('got none of these');
    await write({ 'head.safetensors': await shard('w') });
    const source = await openCheckpoint(folder);
    expect(source.infos.size).toBe(1);
    await source.close();
    await write({ 'b.pth': '' });
    await expect(openCheckpoint(folder)).rejects.toThrow('got b.pth, head.safetensors: name one of them');
  });

  test.each([
    [
      'a pointer of Git LFS',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n',
      'run `git lfs pull`',
    ],
    ['a web page', '<!DOCTYPE html><html></html>', 'got a web page: download the file itself'],
    ['a GGUF file', 'GGUF\x03', 'got a GGUF file'],
    ['an empty file', '', 'got an empty file'],
    ['an old pickle', Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'), 'as PyTorch wrote it before 1.6'],
  ])('%s instead of tensors is recognised', async (_, content, message) => {
    await write({ 'model.safetensors': content });
    await expect(openCheckpoint(folder)).rejects.toThrow(message);
  });

  test('a missing path, a folder for a file', async () => {
    await expect(openCheckpoint(join(folder, 'no'))).rejects.toThrow(
      'no: expected a checkpoint folder or file',
    );
    await mkdir(join(folder, 'model.safetensors'));
    await expect(openCheckpoint(folder)).rejects.toThrow('model.safetensors: expected a file, got a folder');
  });
});
