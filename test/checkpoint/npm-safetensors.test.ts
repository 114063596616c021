/**
 * What the npm package `safetensors` 0.0.1 makes of the files that this project reads and writes, and so why
 * the format is read here by own code: it reads a plain file held in memory, but no official one, and
 * believes any lie.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';

import { memoryBytes } from '../../src/checkpoint/byte-source.js';
import { openSafetensors } from '../../src/checkpoint/safetensors.js';
import { encodeSafetensors, floatTensor } from '../../src/checkpoint/safetensors-bytes.js';

interface Npm {
  readonly SafeTensor: new (bytes: Uint8Array) => { getTensor(name: string): Uint8Array };
  loadSafeTensor(url: string): Promise<unknown>;
}
const npm: Npm = createRequire(import.meta.url)('safetensors'); // its ES module is not exported to Node
const open = (bytes: Uint8Array) => openSafetensors(memoryBytes(bytes));

const values = Float32Array.of(1, -2.5, 3e10, 4);
const plain = await encodeSafetensors([floatTensor('w', [2, 2], values)], {});

describe('the npm package safetensors 0.0.1', () => {
  test('reads a plain file of ours, as bytes', () => {
    const bytes = new npm.SafeTensor(plain).getTensor('w');
    expect(bytes.slice()).toEqual(new Uint8Array(values.buffer));
  });

  test('fails on __metadata__, which every official file has', async () => {
    const folder = new URL('../fixtures/reference/tiny-14b/checkpoint/', import.meta.url);
    const official = await readFile(new URL('model-00001-of-00003.safetensors', folder));
    const copy = new Uint8Array(official);
    expect(() => new npm.SafeTensor(copy)).toThrow(TypeError);
    expect((await open(copy)).metadata).toEqual({ format: 'pt' });
  });

  test('reads the wrong bytes of a view into a larger buffer', async () => {
    const larger = new Uint8Array(plain.length + 5);
    larger.set(plain, 5);
    expect(() => new npm.SafeTensor(larger.subarray(5))).toThrow();
    expect(await (await open(larger.subarray(5))).read('w')).toEqual(new Uint8Array(values.buffer));
  });

  test('gives half a tensor of a truncated file without a word', async () => {
    const cut = plain.slice(0, -8);
    expect(new npm.SafeTensor(cut).getTensor('w').byteLength).toBe(8);
    await expect(open(cut)).rejects.toThrow('truncated');
  });

  test('gives bytes of the header for a tensor that claims to lie there', async () => {
    const text = new TextDecoder('latin1').decode(plain).replace('[0,16]', '[-8,8]');
    const lying = Uint8Array.from(text, (character) => character.charCodeAt(0));
    expect(new npm.SafeTensor(lying).getTensor('w').byteLength).toBe(16);
    await expect(open(lying)).rejects.toThrow('w: expected [begin, end], got data_offsets [-8,8]');
  });

  test('loads whole files, and only in a browser', async () => {
    await expect(npm.loadSafeTensor('http://localhost/x.safetensors')).rejects.toThrow(
      /only available|indexedDB/,
    );
  });
});
