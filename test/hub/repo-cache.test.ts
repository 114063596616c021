import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { repoCache } from '../../src/hub/repo-cache.js';

const disk = vi.hoisted(() => ({ allowsLinks: true }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  return {
    ...real,
    symlink: async (target: string, path: string) => {
      if (!disk.allowsLinks) throw Object.assign(new Error('not permitted'), { code: 'EPERM' });
      return real.symlink(target, path);
    },
  };
});

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'internvl-cache-'));
  mkdirSync(join(folder, 'blobs'));
  writeFileSync(join(folder, 'blobs', 'b1'), 'one');
  writeFileSync(join(folder, 'blobs', 'b2'), 'two');
  disk.allowsLinks = true;
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([true, false])(
  'a file is shown in a snapshot and replaced (links allowed: %s)',
  async (allowsLinks) => {
    disk.allowsLinks = allowsLinks;
    const cache = repoCache(folder);
    const file = join(cache.snapshot('abc'), 'sub', 'config.json');
    await cache.link('abc', 'sub/config.json', 'b1');
    await cache.link('abc', 'sub/config.json', 'b2');
    expect(readFileSync(file, 'utf8')).toBe('two');
    expect(lstatSync(file).isSymbolicLink()).toBe(allowsLinks);
    expect(readdirSync(join(file, '..'))).toEqual(['config.json']);
  },
);

test('a revision is the commit that was noted, as long as its snapshot exists', async () => {
  const cache = repoCache(folder);
  expect(await cache.commitOf('main')).toBeUndefined();
  await cache.setCommit('refs/pr/1', 'abc');
  expect(await cache.commitOf('refs/pr/1')).toBeUndefined();
  await cache.link('abc', 'config.json', 'b1');
  expect(await cache.commitOf('refs/pr/1')).toBe('abc');
  expect(await cache.commitOf('abc')).toBe('abc');
  await cache.setCommit('abc', 'abc');
  expect(existsSync(join(folder, 'refs', 'abc'))).toBe(false);
});

test('a note that leads out of the folder is not followed', async () => {
  const cache = repoCache(folder);
  await cache.setCommit('main', '../../..');
  expect(await cache.commitOf('main')).toBeUndefined();
  expect(() => cache.snapshot('../x')).toThrow('expected a file name');
});

test('absent files are remembered for each commit', async () => {
  const cache = repoCache(folder);
  await cache.markAbsent('abc', 'sub/tokenizer.model');
  expect(await cache.isMarkedAbsent('abc', 'sub/tokenizer.model')).toBe(true);
  expect(await cache.isMarkedAbsent('def', 'sub/tokenizer.model')).toBe(false);
});
